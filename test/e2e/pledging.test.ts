/** Pledging over HTTP as an officer and nations live it: who sees what, changing what one has seen, batches, and the feed of events. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { accepted, askWith, NO_KEY, refusal } from './api.ts'
import { subscribe } from './changes.ts'
import { endEverything, tokenFor } from './engine.ts'
import { eventually } from './eventually.ts'
import {
  beginStory,
  establish,
  issueRequirements,
  itemsOf,
  MISSION,
  OFFERS,
  pledgeAll,
  pledgeTerms,
  positionOf,
  submitted,
  type Pledged,
  type Story,
} from './story.ts'

let story: Story
let pledged: Pledged

beforeAll(async () => {
  story = await beginStory()
}, 300_000)
afterAll(endEverything)

describe('an officer', () => {
  it('establishes a mission, with its address in the answer', async () => {
    const answer = await establish(story)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/v1/missions/${MISSION}`)
    expect(accepted(answer)).toMatchObject({ outcome: 'accepted', stream: `mission-${MISSION}`, revision: 0 })
  })

  it('issues requirements of units, persons and money, one of which needs another', async () => {
    const position = await issueRequirements(story)
    expect((await story.officer.get(`/v1/missions/${MISSION}?minPosition=${position}`)).body).toMatchObject({ requirements: 4 })
  })

  it('sees the gaps flagged', async () => {
    const flags = await eventually(async () => {
      const items = itemsOf(await story.officer.get(`/v1/flags?mission=${MISSION}&status=raised`))
      return items.filter(({ kind }) => kind === 'unfilled').length >= 3 ? items : undefined
    })
    const battalions = flags.find(({ requirement, kind }) => requirement === 'BATTALIONS' && kind === 'unfilled')
    expect(battalions).toMatchObject({ severity: 'critical', evidence: { required: 2, worst: 0 }, status: 'raised' })
    expect((await story.officer.get(`/v1/flags/${String(battalions?.['id'])}`)).body).toMatchObject({ id: battalions?.['id'] })
  })
})

describe('nations', () => {
  it('submit pledges of units, persons, money and a joint one', async () => {
    pledged = await pledgeAll(story)
    for (const [contributor, terms] of Object.entries(OFFERS)) {
      const { id, position, etag } = pledged.of(contributor)
      const { body, headers } = await story.as(contributor).get(`/v1/pledges/${id}?minPosition=${position}`)
      expect(body).toMatchObject({ ...terms, id, stream: `pledge-${id}`, status: 'submitted', revision: 0 })
      expect(headers.get('etag')).toBe(etag)
    }
  })

  it('get the address, the stream and the position of what they submitted', async () => {
    const answer = await story.as('KEN').send('POST', '/v1/pledges', pledgeTerms('KEN', 'INF-CO', { quantity: 1 }))
    const { id, etag } = submitted(answer)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/v1/pledges/${id}`)
    expect(etag).toBe('"r0"')
    expect(accepted(answer)).toMatchObject({
      stream: `pledge-${id}`,
      revision: 0,
      outcome: 'accepted',
      eventIds: [expect.any(String)],
    })
  })

  it('cannot pledge for one another, nor do what is the officer’s', async () => {
    expect(
      refusal(await story.as('NPL').send('POST', '/v1/pledges', pledgeTerms('RWA', 'INF-BN', { quantity: 1 }))),
    ).toMatchObject({
      status: 403,
      code: 'not-allowed',
    })
    // The role is looked at before the payload, which is nonsense here.
    expect(refusal(await story.as('NPL').give('EstablishMission', { nonsense: true })).status).toBe(403)
    expect(refusal(await story.as('NPL').send('POST', `/v1/pledges/${pledged.of('NPL').id}/accept`, '')).status).toBe(403)
  })

  it('see of one another what is released, and what is not answers as what does not exist', async () => {
    const { id, position } = pledged.of('RWA')
    const path = `/v1/pledges/${id}?minPosition=${position}`
    expect((await story.as('KEN').get(path)).status).toBe(200)
    expect((await story.as('DEU').get(`/v1/pledges/${pledged.of('NPL').id}`)).status).toBe(200)
    const withheld = await story.as('NPL').get(path)
    const missing = await story.as('NPL').get(`/v1/pledges/P-of-nobody?minPosition=${position}`)
    expect([withheld.status, missing.status]).toEqual([404, 404])
    const { traceId: _one, ...withheldProblem } = refusal(withheld)
    const { traceId: _other, ...missingProblem } = refusal(missing)
    expect(withheldProblem).toEqual(missingProblem)
    for (const where of [`/v1/pledges?limit=1000`, `/v1/events?after=${position - 1}`, '/v1/contributors/RWA/statement']) {
      expect((await story.as('NPL').get(where)).text).not.toContain('RWA/e2e/1')
      expect((await story.as('KEN').get(where)).text).toContain('RWA/e2e/1')
    }
  })

  it('a party sees and finds the joint pledge, which counts once', async () => {
    const { id } = pledged.of('GHA')
    expect((await story.as('NOR').get(`/v1/pledges/${id}`)).body).toMatchObject({ quantity: 1, contributor: 'GHA' })
    expect(
      refusal(await story.as('NOR').send('POST', `/v1/pledges/${id}/withdraw`, { reason: 'not ours' }, { 'if-match': '"r0"' })),
    ).toMatchObject({
      status: 422,
      code: 'not-the-lead',
    })
  })
})

describe('changing a pledge', () => {
  it('takes If-Match: 428 without it, 412 with a stale one, and the new revision after', async () => {
    const { id, etag } = pledged.of('BGD')
    const path = `/v1/pledges/${id}`
    expect(refusal(await story.as('BGD').send('PATCH', path, { noticeDays: 5 })).status).toBe(428)
    const amended = await story.as('BGD').send('PATCH', path, { noticeDays: 0 }, { 'if-match': etag })
    expect(accepted(amended)).toMatchObject({ revision: 1, outcome: 'accepted' })
    const stale = await story.as('BGD').send('PATCH', path, { noticeDays: 7 }, { 'if-match': etag })
    expect(refusal(stale)).toMatchObject({ status: 412, code: 'revision-conflict', details: { currentRevision: 1 } })
    expect(stale.headers.get('etag')).toBe('"r1"')
    expect(refusal(await story.as('BGD').send('POST', `${path}/withdraw`, { reason: 'x' })).status).toBe(428)
  })

  it('takes an Idempotency-Key: 400 without it, the first answer again with it, 422 with another payload', async () => {
    const terms = pledgeTerms('KEN', 'INF-CO', { quantity: 1, ownReference: 'KEN/e2e/9' })
    expect(refusal(await story.as('KEN').send('POST', '/v1/pledges', terms, NO_KEY))).toMatchObject({
      status: 400,
      code: 'idempotency-key-required',
    })
    const key = { 'idempotency-key': 'e2e-ken-9' }
    const first = await story.as('KEN').send('POST', '/v1/pledges', terms, key)
    const again = await story.as('KEN').send('POST', '/v1/pledges', terms, key)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    expect(refusal(await story.as('KEN').send('POST', '/v1/pledges', { ...terms, quantity: 2 }, key))).toMatchObject({
      status: 422,
      code: 'key-reused',
    })
    // The same wish under another key changes nothing either.
    expect(accepted(await story.as('KEN').send('POST', '/v1/pledges', terms))).toMatchObject({
      outcome: 'unchanged',
      revision: 0,
    })
    const { id, etag } = submitted(first)
    const withdrawn = await story
      .as('KEN')
      .send('POST', `/v1/pledges/${id}/withdraw`, { reason: 'not available' }, { 'if-match': etag })
    expect(accepted(withdrawn).revision).toBe(1)
    expect(refusal(await story.as('KEN').give('RenewPledge', { pledge: id })).status).toBe(422)
  })
})

describe('a batch', () => {
  it('answers each line on its own, in order, and twice changes nothing', async () => {
    const { id } = pledged.of('NPL')
    const lines = [
      JSON.stringify({ id: 'b-1', type: 'AcknowledgePledge', data: { pledge: id } }),
      'this is not JSON',
      JSON.stringify({ id: 'b-3', type: 'AcceptPledge', data: { pledge: 'P-of-nobody' } }),
      JSON.stringify({ id: 'b-4', type: 'AcceptPledge', data: { pledge: id, colour: 'blue' } }),
      JSON.stringify({ id: 'b-5', type: 'AcceptPledge', data: { pledge: id } }),
      JSON.stringify({ id: 'b-6', type: 'AcceptPledge', data: { pledge: id } }),
      JSON.stringify({ id: 'b-7', type: 'RaiseFlag', data: {} }),
    ]
    const answers = await story.officer.batch(lines)
    expect(answers.map(({ id: line, outcome }) => `${line} ${outcome}`)).toEqual([
      'b-1 accepted',
      ' refused',
      'b-3 refused',
      'b-4 refused',
      'b-5 accepted',
      'b-6 unchanged',
      'b-7 refused',
    ])
    expect(answers.map(({ code }) => code)).toEqual([
      undefined,
      'malformed-json',
      'not-found',
      'invalid-command',
      undefined,
      undefined,
      'not-allowed',
    ])
    expect(answers[3]).toMatchObject({ violations: [{ pointer: '/colour' }] })
    expect(answers[4]).toMatchObject({ stream: `pledge-${id}`, revision: 2 })
    expect(await story.officer.batch(lines)).toEqual(answers)
  })
})

describe('the feed', () => {
  it('gives pages by position, after exclusive, without a gap', async () => {
    const Feed = z.looseObject({
      items: z.array(
        z.looseObject({
          position: z.int(),
          id: z.string(),
          type: z.string(),
          stream: z.string(),
          revision: z.int(),
          time: z.string(),
          data: z.unknown(),
        }),
      ),
      through: z.int(),
    })
    const start = pledged.of('NPL').position
    const read = async (after: number, limit: number) =>
      Feed.parse((await story.officer.get(`/v1/events?after=${after}&limit=${limit}`)).body).items
    const whole = await read(start - 1, 1000)
    expect(whole[0]).toMatchObject({ position: start, stream: `pledge-${pledged.of('NPL').id}`, revision: 0 })
    expect(whole[0]?.type).toMatch(/submitted/i)
    let after = start - 1
    const pages: number[] = []
    for (;;) {
      const page = await read(after, 3)
      if (page.length === 0) break
      pages.push(...page.map(({ position }) => position))
      after = page.at(-1)?.position ?? after
    }
    expect(pages.slice(0, whole.length)).toEqual(whole.map(({ position }) => position))
    expect((await read(start, 1))[0]?.position).not.toBe(start)
  })

  it('comes live as server-sent events and resumes after Last-Event-ID', async () => {
    const token = await tokenFor(story.engine.data, 'officer')
    const live = await subscribe(story.engine.url, token)
    const { id } = pledged.of('RWA')
    accepted(await story.officer.give('AcknowledgePledge', { pledge: id }))
    const [acknowledged] = (await live.until((changes) => changes.some(({ item }) => item.stream === `pledge-${id}`))).filter(
      ({ item }) => item.stream === `pledge-${id}`,
    )
    live.close()
    expect(acknowledged).toMatchObject({ type: 'PledgeAcknowledged', item: { revision: 1 } })
    expect(acknowledged?.id).toBe(String(acknowledged?.item.position))

    const { position } = accepted(await story.officer.give('AcceptPledge', { pledge: id }))
    const resumed = await subscribe(story.engine.url, token, { 'last-event-id': acknowledged?.id ?? '' })
    const missed = await resumed.until((changes) => changes.some(({ item }) => item.position === position))
    resumed.close()
    expect(missed.every(({ item }) => item.position > Number(acknowledged?.id))).toBe(true)
    expect(missed.find(({ item }) => item.position === position)).toMatchObject({ type: 'PledgeAccepted' })
  })

  it('shows a nation in its stream only what it may see', async () => {
    const token = await tokenFor(story.engine.data, 'nation', 'NPL')
    const before = pledged.of('NPL').position - 1
    const feed = await subscribe(story.engine.url, token, { 'last-event-id': String(before) })
    const { position } = accepted(
      await story.officer.give('DeclareCaveat', { pledge: pledged.of('NPL').id, caveat: { kind: 'max-stay', days: 400 } }),
    )
    const seen = await feed.until((changes) => changes.some(({ item }) => item.position === position))
    feed.close()
    expect(seen.some(({ item }) => item.stream === `pledge-${pledged.of('RWA').id}`)).toBe(false)
    expect(seen.some(({ item }) => item.stream === `pledge-${pledged.of('NPL').id}`)).toBe(true)
  })
})

describe('a read', () => {
  it('waits for a position that is asked for, and says when it cannot be had', async () => {
    const { position } = accepted(await story.officer.give('AcknowledgePledge', { pledge: pledged.of('NPL').id }))
    expect((await story.officer.get(`/v1/pledges?minPosition=${position}`)).status).toBe(200)
    const late = await story.officer.get(
      `/v1/pledges?minPosition=${positionOf(await story.officer.get('/v1/pledges?limit=1')) + 1_000_000}`,
    )
    expect(refusal(late)).toMatchObject({ status: 503, code: 'position-not-reached', retryable: true })
    expect(late.headers.get('retry-after')).not.toBeNull()
  })

  it('asks nobody without a token', async () => {
    expect(refusal(await askWith(story.engine.url, undefined).get('/v1/pledges')).status).toBe(401)
  })
})
