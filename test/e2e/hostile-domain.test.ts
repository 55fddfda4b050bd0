/** What goes wrong between people who mean different things: each gets the right refusal, or the right figure. All of it is invented (synthetic). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { addDays, addMonths } from '@muster/kernel/time'
import { accepted, refusal } from './api.ts'
import { endEverything } from './engine.ts'
import { eventually } from './eventually.ts'
import { beginStory, establish, from, itemsOf, MISSION, pledgeTerms, submitted, to, today, type Story } from './story.ts'

let story: Story
/** A battalion of Nepal, accepted, of which nothing is spoken for. */
let battalion: string

const REQUIREMENT = 'H-1'
const Commitment = z.looseObject({ id: z.string(), status: z.string(), reason: z.string().nullable() })

beforeAll(async () => {
  story = await beginStory()
  const { officer } = story
  accepted(await establish(story))
  accepted(
    await officer.send('POST', `/v1/missions/${MISSION}/requirements`, {
      from,
      to,
      requirement: REQUIREMENT,
      capability: 'INF-BN',
      quantity: 3,
    }),
  )
  battalion = submitted(await story.as('NPL').send('POST', '/v1/pledges', pledgeTerms('NPL', 'INF-BN', { quantity: 3 }))).id
  accepted(await officer.send('POST', `/v1/pledges/${battalion}/accept`, ''))
}, 300_000)
afterAll(endEverything)

const propose = async (commitment: string, more: object = {}): Promise<void> => {
  const proposal = {
    commitment,
    kind: 'mou',
    pledge: battalion,
    contributor: 'NPL',
    mission: MISSION,
    requirement: REQUIREMENT,
    capability: 'INF-BN',
    quantity: 1,
    from: today,
    to: addDays(today, 300),
    ...more,
  }
  accepted(await story.officer.give('ProposeCommitment', proposal))
}
const accept = async (nation: string, commitment: string): Promise<void> =>
  void accepted(await story.as(nation).give('AcceptProposal', { commitment }))
const becomes = (commitment: string, status: string) =>
  eventually(async () => {
    const { status: http, body } = await story.officer.get(`/v1/commitments/${commitment}`)
    const found = http === 200 ? Commitment.parse(body) : undefined
    return found?.status === status ? found : undefined
  })
const freeOf = async (pledge: string): Promise<number> =>
  z.looseObject({ capacity: z.looseObject({ free: z.int() }) }).parse((await story.officer.get(`/v1/pledges/${pledge}`)).body)
    .capacity.free
const flagOf = (id: string, status: string) =>
  eventually(async () =>
    itemsOf(await story.officer.get(`/v1/flags?mission=${MISSION}&status=${status}`)).find((flag) => flag['id'] === id),
  )

describe('a commitment', () => {
  it('that draws on the pledge of somebody else is cancelled when it is accepted, and takes nothing', async () => {
    await propose('H-other', { contributor: 'KEN' })
    await accept('KEN', 'H-other')
    expect((await becomes('H-other', 'cancelled')).reason).toContain('only NPL can commit it')
    expect(await freeOf(battalion)).toBe(3)
  })

  it('to a host that refuses the contributor does not become firm', async () => {
    accepted(
      await story.officer.give('RefuseConsent', {
        mission: MISSION,
        contributor: 'NPL',
        from: addMonths(today, 6),
        reason: 'sample',
      }),
    )
    await propose('H-refused')
    await accept('NPL', 'H-refused')
    expect((await becomes('H-refused', 'cancelled')).reason).toContain('does not consent to NPL')
    expect(await freeOf(battalion)).toBe(3)
    accepted(
      await story.officer.give('GrantConsent', {
        mission: MISSION,
        contributor: 'NPL',
        from: addMonths(today, 6),
        reason: 'sample',
      }),
    )
  })

  it('for a mission that a caveat excludes by the time it is accepted does not become firm', async () => {
    await propose('H-caveat')
    const caveat = { kind: 'not-in-mission', mission: MISSION }
    accepted(await story.as('NPL').give('DeclareCaveat', { pledge: battalion, caveat }))
    await accept('NPL', 'H-caveat')
    expect((await becomes('H-caveat', 'cancelled')).reason).toBe(`A caveat excludes ${MISSION}; lift it first.`)
    expect(refusal(await story.as('NPL').give('AmendPledge', { pledge: battalion, earmark: [MISSION] })).code).toBe(
      'caveat-against-earmark',
    )
    accepted(await story.as('NPL').give('LiftCaveat', { pledge: battalion, caveat }))
  })
})

describe('the consent of the host, withdrawn while a unit is there', () => {
  const FLAG = `consent-blocked:${MISSION}`

  it('raises a flag with what stands without it; given again it clears, withdrawn again it is the same flag', async () => {
    const { officer } = story
    await propose('H-firm')
    await accept('NPL', 'H-firm')
    await becomes('H-firm', 'accepted')
    accepted(await officer.give('SignCommitment', { commitment: 'H-firm', on: today }))
    accepted(await officer.give('RecordDeployment', { commitment: 'H-firm', quantity: 1, on: today }))
    accepted(await officer.give('WithdrawConsent', { mission: MISSION, from: today, reason: 'sample' }))
    expect(await flagOf(FLAG, 'raised')).toMatchObject({
      severity: 'critical',
      evidence: {
        contributors: ['NPL'],
        commitments: ['H-firm'],
        consents: expect.arrayContaining([expect.objectContaining({ contributor: null })]),
      },
    })
    accepted(await officer.give('AcknowledgeFlag', { flag: FLAG, note: 'sample' }))
    accepted(await officer.give('GrantConsent', { mission: MISSION, from: today, reason: 'sample' }))
    await flagOf(FLAG, 'cleared')
    accepted(await officer.give('WithdrawConsent', { mission: MISSION, from: today, reason: 'sample' }))
    expect(await flagOf(FLAG, 'raised')).toMatchObject({ note: null })
  })

  it('and the end of the mandate is flagged for what runs on after it', async () => {
    accepted(await story.officer.give('EndMandate', { mission: MISSION, on: addDays(today, 30) }))
    expect(await flagOf(`mandate-ends-under-commitment:${MISSION}`, 'raised')).toMatchObject({
      severity: 'critical',
      evidence: { mandateEnds: addDays(today, 30), ended: true, commitments: ['H-firm'] },
    })
    expect(
      refusal(
        await story.officer.send('POST', `/v1/missions/${MISSION}/requirements`, {
          requirement: 'H-2',
          capability: 'INF-BN',
          quantity: 1,
          from: today,
          to,
        }),
      ).code,
    ).toBe('outside-the-mandate')
  })
})

it('a party without a part, or named as its own reporter, is refused at its field', async () => {
  const parties = [
    { contributor: 'RWA', part: 1 },
    { contributor: 'KEN', part: 0 },
  ]
  const submit = async (more: object) =>
    refusal(await story.as('RWA').send('POST', '/v1/pledges', pledgeTerms('RWA', 'INF-BN', { quantity: 1, ...more })))
  expect(await submit({ parties })).toMatchObject({ code: 'invalid-command', violations: [{ pointer: '/parties/1/part' }] })
  expect((await submit({ reportedBy: 'RWA' })).code).toBe('reported-by-itself')
})

it('nobody makes a pledge out of the pledge of another nation, which would take it off the plans', async () => {
  const own = submitted(
    await story
      .as('RWA')
      .send('POST', '/v1/pledges', pledgeTerms('RWA', 'INF-BN', { quantity: 1, ownReference: 'RWA/hostile/2' })),
  )
  const amended = await story.as('RWA').give('AmendPledge', { pledge: own.id, derivedFrom: battalion })
  expect(refusal(amended)).toMatchObject({ code: 'unknown-pledge', violations: [{ pointer: '/derivedFrom' }] })
  accepted(await story.officer.give('AmendPledge', { pledge: own.id, derivedFrom: battalion }))
})

it('who leaves an organisation in the middle of a pledge’s window sees it no more', async () => {
  const { officer } = story
  accepted(
    await officer.give('RegisterContributor', { contributor: 'XORG', kind: 'organisation', name: 'An organisation (synthetic)' }),
  )
  const member = { contributor: 'KEN', organisation: 'XORG' }
  accepted(await officer.give('AffiliateContributor', { ...member, from: addDays(today, -30) }))
  const released = { quantity: 1, classification: 'confidential', releaseTo: ['XORG'], ownReference: 'RWA/hostile/1' }
  const { id, position } = submitted(await story.as('RWA').send('POST', '/v1/pledges', pledgeTerms('RWA', 'INF-BN', released)))
  const path = `/v1/pledges/${id}?minPosition=${position}`
  expect((await story.as('KEN').get(path)).status).toBe(200)
  const left = accepted(await officer.give('EndAffiliation', { ...member, on: today }))
  for (const asOf of ['', `&asOf=${position}`]) {
    expect((await story.as('KEN').get(`/v1/pledges/${id}?minPosition=${left.position}${asOf}`)).status).toBe(404)
  }
  expect((await story.as('RWA').get(path)).status).toBe(200)
})

it('money of a currency without a rate counts for nothing until there is one, and keeps its own amount', async () => {
  const { officer } = story
  accepted(
    await officer.send('POST', '/v1/missions', {
      mission: 'E2E-M',
      name: 'Another mission of the tests (synthetic)',
      hosts: [],
      from,
    }),
  )
  accepted(
    await officer.send('POST', '/v1/missions/E2E-M/requirements', {
      requirement: 'M-1',
      capability: 'FUNDING',
      quantity: 1_000_000,
      from,
      to,
    }),
  )
  const amount = { amount: '500000', currency: 'NOK' }
  const { id, position } = submitted(
    await story.as('NOR').send('POST', '/v1/pledges', pledgeTerms('NOR', 'FUNDING', { amount, earmark: ['E2E-M'] })),
  )
  const month = from.slice(0, 7)
  const pledged = async (since: number): Promise<unknown> =>
    itemsOf(
      await officer.get(`/v1/coverage?mission=E2E-M&capability=FUNDING&from=${month}&to=${month}&minPosition=${since}`),
    )[0]?.['pledged']
  expect(await pledged(position)).toBe(0)
  const rate = accepted(
    await officer.give('RecordExchangeRate', { currency: 'NOK', on: from, centsPerMillion: 90_000, source: 'synthetic' }),
  )
  expect(await pledged(rate.position)).toBe(45_000)
  expect((await officer.get(`/v1/pledges/${id}`)).body).toMatchObject({ amount })
})
