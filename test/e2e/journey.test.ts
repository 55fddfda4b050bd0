/**
 * From requirements and pledges to a plan, to proposals, to units on the ground and money paid: the whole way of the engine over
 * HTTP, on a mission of the tests (synthetic) beside the real history.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { addMonths, monthOf } from '@muster/kernel/time'
import { accepted, refusal } from './api.ts'
import { endEverything, muster, musterJson } from './engine.ts'
import { eventually } from './eventually.ts'
import { documentIn } from './prepared-store.ts'
import {
  beginStory,
  establish,
  from,
  issueRequirements,
  itemsOf,
  MISSION,
  pledgeAll,
  today,
  type Pledged,
  type Story,
} from './story.ts'

const PLAN = 'e2e-plan'

let story: Story
let pledged: Pledged

beforeAll(async () => {
  story = await beginStory()
  accepted(await establish(story))
  await issueRequirements(story)
  pledged = await pledgeAll(story)
}, 300_000)
afterAll(endEverything)

const Commitment = z.looseObject({
  id: z.string(),
  pledge: z.string(),
  contributor: z.string(),
  requirement: z.string(),
  quantity: z.int(),
  status: z.string(),
  from: z.string(),
  to: z.string(),
})
const commitments = async (): Promise<ReadonlyArray<z.output<typeof Commitment>>> =>
  itemsOf(await story.officer.get(`/v1/commitments?plan=${PLAN}`)).map((item) => Commitment.parse(item))
const capacityOf = async (id: string): Promise<unknown> =>
  z.looseObject({ capacity: z.unknown() }).parse((await story.officer.get(`/v1/pledges/${id}`)).body).capacity

describe('a plan', () => {
  it('is computed from what is known, and the verifier finds it right', async () => {
    for (const contributor of ['NPL', 'RWA', 'GHA', 'BGD', 'DEU']) {
      accepted(await story.officer.send('POST', `/v1/pledges/${pledged.of(contributor).id}/accept`, ''))
    }
    const requested = await story.officer.send('POST', '/v1/plans', { plan: PLAN, from, to: addMonths(from, 24) })
    expect(requested.status).toBe(201)
    const { position } = accepted(requested)
    expect((await story.officer.get(`/v1/plans/${PLAN}?minPosition=${position}`)).status).toBe(200)
    const plan = await eventually(async () => {
      const { body } = await story.officer.get(`/v1/plans/${PLAN}`)
      const { status } = z.looseObject({ status: z.string() }).parse(body)
      return status === 'requested' ? undefined : body
    })
    expect(plan).toMatchObject({ status: 'computed', basis: 'pledges' })

    const { problem, solution } = z
      .looseObject({ problem: z.unknown(), solution: z.unknown() })
      .parse((await story.officer.get(`/v1/plans/${PLAN}/documents`)).body)
    const problemFile = await documentIn(story.engine.data, 'problem.json', problem)
    const planFile = await documentIn(story.engine.data, 'plan.json', solution)
    const checked = await muster(['check', problemFile, planFile, '--json'], { data: story.engine.data })
    expect(checked).toMatchObject({ code: 0, stdout: '{"ok":true}\n' })
    const exported = await muster(
      ['export', 'problem', '--from', from, '--to', addMonths(from, 24), '--as-of', String(position)],
      {
        data: story.engine.data,
      },
    )
    expect(JSON.parse(exported.stdout)).toEqual(problem)
    const exportedPlan = await muster(['export', 'plan', '--plan', PLAN], { data: story.engine.data })
    expect(JSON.parse(exportedPlan.stdout)).toEqual(solution)
  })

  it('covers every line from the pledges there are', async () => {
    const { assignments } = z
      .looseObject({ assignments: z.array(z.looseObject({ offer: z.string(), requirement: z.string(), quantity: z.int() })) })
      .parse((await story.officer.get(`/v1/plans/${PLAN}`)).body)
    const byLine = Map.groupBy(assignments, ({ requirement }) => requirement)
    const sum = (line: string): number => (byLine.get(line) ?? []).reduce((total, { quantity }) => total + quantity, 0)
    expect(sum('HOSPITAL')).toBe(1)
    expect(sum('OBSERVERS')).toBe(20)
    expect(sum('BATTALIONS')).toBeGreaterThanOrEqual(2)
    expect(sum('TRUST-FUND')).toBeGreaterThanOrEqual(50_000_000)
  })

  it('is a thought of the department until it is approved', async () => {
    expect((await story.as('NPL').get(`/v1/plans/${PLAN}`)).status).toBe(404)
    expect(refusal(await story.as('NPL').give('ApprovePlan', { plan: PLAN })).status).toBe(403)
  })

  it('once approved becomes proposals, each for the nation whose pledge it draws on', async () => {
    accepted(await story.officer.give('ApprovePlan', { plan: PLAN }))
    const proposals = await eventually(async () => {
      const all = await commitments()
      return all.length >= 4 ? all : undefined
    })
    expect(new Set(proposals.map(({ requirement }) => requirement))).toEqual(
      new Set(['HOSPITAL', 'BATTALIONS', 'OBSERVERS', 'TRUST-FUND']),
    )
    expect(proposals.every(({ status }) => status === 'proposed')).toBe(true)
    for (const { contributor, pledge: drawn } of proposals) expect(drawn).toBe(pledged.of(contributor).id)
    expect((await story.as('BGD').get(`/v1/plans/${PLAN}`)).status).toBe(200)
    const statement = z
      .looseObject({ asked: z.array(z.looseObject({ requirement: z.string() })) })
      .parse((await story.as('BGD').get('/v1/contributors/BGD/statement')).body)
    expect(statement.asked).toMatchObject([{ requirement: 'OBSERVERS' }])
  })

  it('is explained, to a nation without what is not its own', async () => {
    const reasons = itemsOf(await story.officer.get(`/v1/plans/${PLAN}/explain?requirement=BATTALIONS`))
    expect(reasons.length).toBeGreaterThan(0)
    expect(reasons.every(({ text }) => typeof text === 'string' && text.length > 20)).toBe(true)
    const own = await story.as('BGD').get(`/v1/plans/${PLAN}/explain?contributor=BGD`)
    expect(itemsOf(own).length).toBeGreaterThan(0)
    expect(own.text).not.toContain(pledged.of('RWA').id)
    expect(itemsOf(await story.officer.get(`/v1/plans/${PLAN}/explain?pledge=${pledged.of('BGD').id}`))).toMatchObject([
      { kind: 'assignment' },
    ])
  })
})

describe('a proposal', () => {
  const proposalFor = async (requirement: string): Promise<z.output<typeof Commitment>> => {
    const found = (await commitments()).find((each) => each.requirement === requirement)
    if (found === undefined) throw new Error(`nothing was proposed for ${requirement}`)
    return found
  }

  it('cannot be answered by another nation', async () => {
    const { id } = await proposalFor('OBSERVERS')
    expect(refusal(await story.as('NPL').send('POST', `/v1/commitments/${id}/accept`, '')).status).toBe(404)
  })

  it('that is accepted reserves its capacity at the pledge, never more than there is', async () => {
    const proposal = await proposalFor('OBSERVERS')
    accepted(await story.as('BGD').send('POST', `/v1/commitments/${proposal.id}/accept`, ''))
    const { id } = pledged.of('BGD')
    await eventually(async () => {
      const capacity = z.looseObject({ reserved: z.int() }).parse(await capacityOf(id))
      return capacity.reserved === 20 ? capacity : undefined
    })
    expect(await capacityOf(id)).toEqual({ pledged: 20, free: 0, reserved: 20, deployed: 0, released: 0 })
    const more = await story.officer.send('POST', `/v1/pledges/${id}/reservations`, {
      commitment: 'another',
      quantity: 1,
      from: proposal.from,
      to: proposal.to,
    })
    expect(refusal(more)).toMatchObject({ status: 422, retryable: false })
    const { etag } = { etag: (await story.as('BGD').get(`/v1/pledges/${id}`)).headers.get('etag') ?? '' }
    expect(refusal(await story.as('BGD').send('PATCH', `/v1/pledges/${id}`, { quantity: 19 }, { 'if-match': etag })).status).toBe(
      422,
    )
    expect(
      refusal(await story.as('BGD').send('POST', `/v1/pledges/${id}/withdraw`, { reason: 'no' }, { 'if-match': etag })),
    ).toMatchObject({
      status: 422,
      code: 'capacity-spoken-for',
    })
  })

  it('that is declined comes back to the plan as a reason', async () => {
    const proposal = await proposalFor('HOSPITAL')
    accepted(
      await story.as('GHA').send('POST', `/v1/commitments/${proposal.id}/decline`, { reason: 'The hospital is needed at home.' }),
    )
    const reason = await eventually(async () => {
      const items = itemsOf(await story.officer.get(`/v1/plans/${PLAN}/explain?requirement=HOSPITAL`))
      return items.find(({ text }) => String(text).includes('needed at home'))
    })
    expect(reason).toMatchObject({ kind: 'assignment' })
    expect(await capacityOf(pledged.of('GHA').id)).toMatchObject({ free: 1, reserved: 0 })
  })

  it('is signed, deployed, rotated and repatriated, each step counted as what it is', async () => {
    const { id } = await proposalFor('OBSERVERS')
    const step = (path: string, body: object) => story.officer.send('POST', `/v1/commitments/${id}/${path}`, body)
    expect(refusal(await step('deployments', { quantity: 20, on: today })).status).toBe(422)
    accepted(await step('sign', { on: today, document: 'MOU 1 (synthetic)' }))
    accepted(await step('deployments', { quantity: 12, on: today }))
    expect(refusal(await step('deployments', { quantity: 9, on: today })).status).toBe(422)
    const deployed = accepted(await step('deployments', { quantity: 8, on: today }))
    accepted(await step('rotations', { on: today }))
    const { body } = await story.officer.get(`/v1/commitments/${id}?minPosition=${deployed.position}`)
    expect(body).toMatchObject({ status: 'deployed', present: 20 })
    await eventually(async () => {
      const capacity = z.looseObject({ deployed: z.int() }).parse(await capacityOf(pledged.of('BGD').id))
      return capacity.deployed === 20 ? capacity : undefined
    })
    const Coverage = z.object({ items: z.array(z.looseObject({ month: z.string(), capability: z.string() })) })
    const rows = Coverage.parse(
      (await story.officer.get(`/v1/coverage?mission=${MISSION}&capability=UNMO&from=${monthOf(today)}&to=${monthOf(today)}`))
        .body,
    )
    expect(rows.items).toMatchObject([{ required: 20, committed: 20, deployed: 20, pledged: 0, gap: 0, counts: 'persons' }])
    accepted(await step('repatriations', { quantity: 5, on: today }))
    const home = accepted(await step('repatriations', { on: today }))
    expect((await story.officer.get(`/v1/commitments/${id}?minPosition=${home.position}`)).body).toMatchObject({
      status: 'repatriated',
      present: 0,
    })
    await eventually(async () => {
      const capacity = z.looseObject({ released: z.int() }).parse(await capacityOf(pledged.of('BGD').id))
      return capacity.released === 20 ? capacity : undefined
    })
    expect(await capacityOf(pledged.of('BGD').id)).toEqual({ pledged: 20, free: 0, reserved: 0, deployed: 0, released: 20 })
  })

  it('of money is paid in parts, in its own currency', async () => {
    const { id, quantity } = await proposalFor('TRUST-FUND')
    accepted(await story.as('DEU').send('POST', `/v1/commitments/${id}/accept`, ''))
    accepted(await story.officer.send('POST', `/v1/commitments/${id}/sign`, { on: today }))
    const pay = (payment: string, amount: string, currency = 'EUR') =>
      story.officer.send('POST', `/v1/commitments/${id}/payments`, { payment, amount: { amount, currency }, on: today })
    expect(refusal(await pay('p-0', '100', 'USD')).status).toBe(422)
    const first = accepted(await pay('p-1', '10000000'))
    expect((await story.officer.get(`/v1/commitments/${id}?minPosition=${first.position}`)).body).toMatchObject({
      currency: 'EUR',
      payments: [{ amount: { amount: '10000000', currency: 'EUR' } }],
    })
    expect(refusal(await pay('p-2', String(quantity))).status).toBe(422)
    const statement = z
      .looseObject({
        owes: z.array(z.looseObject({ commitment: z.string(), outstanding: z.int(), currency: z.string().nullable() })),
      })
      .parse((await story.as('DEU').get('/v1/contributors/DEU/statement')).body)
    expect(statement.owes).toMatchObject([{ commitment: id, outstanding: quantity - 10_000_000, currency: 'EUR' }])
  })

  it('fills a gap, whose flag is cleared and keeps its id', async () => {
    const before = itemsOf(await story.officer.get(`/v1/flags?mission=${MISSION}&kind=unfilled`))
    const battalions = before.find(({ requirement }) => requirement === 'BATTALIONS')
    for (const { id, contributor, requirement } of await commitments()) {
      if (requirement === 'BATTALIONS') accepted(await story.as(contributor).send('POST', `/v1/commitments/${id}/accept`, ''))
    }
    const cleared = await eventually(async () => {
      const { body } = await story.officer.get(`/v1/flags/${String(battalions?.['id'])}`)
      const flag = z.looseObject({ status: z.string() }).parse(body)
      return flag.status === 'cleared' ? flag : undefined
    })
    expect(cleared).toMatchObject({ id: battalions?.['id'], kind: 'unfilled' })
  })
})

describe('looking back', () => {
  it('tells a pledge’s history in plain words, an entry for each event', async () => {
    const { id } = pledged.of('BGD')
    const { revision } = z.looseObject({ revision: z.int() }).parse((await story.officer.get(`/v1/pledges/${id}`)).body)
    const entries = itemsOf(await story.officer.get(`/v1/pledges/${id}/history`))
    expect(entries).toHaveLength(revision + 1)
    expect(entries[0]).toMatchObject({ type: 'PledgeSubmitted', text: expect.stringContaining('BGD pledged 20 × UNMO') })
    for (const { position, time, text } of entries) {
      expect(position).toEqual(expect.any(Number))
      expect(String(time)).toMatch(/^\d{4}-\d\d-\d\dT/)
      expect(String(text)).toMatch(/\.$/)
    }
  })

  it('shows what was known at a position or at a time, and nothing before a record existed', async () => {
    const { id, position } = pledged.of('BGD')
    const at = async (asOf: number | string) => story.officer.get(`/v1/pledges/${id}?asOf=${asOf}`)
    expect((await at(position)).body).toMatchObject({ status: 'submitted', revision: 0, asOf: { position } })
    expect((await at(position - 1)).status).toBe(404)
    expect((await at('2020-01-01T00:00:00Z')).status).toBe(404)
    const { time } = z.object({ asOf: z.object({ time: z.string() }) }).parse((await at(position)).body).asOf
    const then = await at(time)
    expect(then.status).toBe(200)
    expect((await at(new Date().toISOString())).body).toMatchObject({ status: 'accepted' })
    expect(itemsOf(await story.officer.get(`/v1/commitments?plan=${PLAN}&asOf=${position}`))).toEqual([])
  })

  it('accounts to a contributor for everything it gave, owes and was asked', async () => {
    const { body } = await story.as('BGD').get('/v1/contributors/BGD/statement')
    expect(body).toMatchObject({
      contributor: { id: 'BGD' },
      pledges: [{ id: pledged.of('BGD').id }],
      commitments: [{ requirement: 'OBSERVERS', status: 'repatriated' }],
      asked: [],
    })
  })

  it('finds the read models equal to a replay of the log, and the log whole', async () => {
    const { data } = story.engine
    expect(await musterJson(['replay'], { data })).toMatchObject({ differing: 0, differences: [] })
    expect(await musterJson(['verify'], { data })).toMatchObject({ findings: [] })
  })
})
