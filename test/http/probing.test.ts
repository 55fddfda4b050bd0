/** Ways to learn of what is hidden without being shown it: counts, cursors, conditions, keys, ids of one's own choice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ProblemDocument } from '@muster/contracts/answers'
import { CONFIDENTIAL, hide, leaksIn, PLEDGE } from './canary.ts'
import { openHouse, type House } from './house.ts'
import { battalion, build } from './world.ts'

let house: House
/** When India's pledges were still open to all. */
let once = 0
const CLASSIFIED = Array.from({ length: 3 }, (_, index) => `A-once-open-${index}`)

beforeAll(async () => {
  house = await openHouse()
  await build(house)
  await hide(house)
  for (const pledge of CLASSIFIED) {
    const open = { pledge, ownReference: `IND/${pledge}`, classification: 'unclassified' }
    await house.given('SubmitPledge', battalion('IND', open))
  }
  once = (await house.given('AcknowledgePledge', { pledge: 'P-nepal' })).position
  for (const pledge of CLASSIFIED) await house.given('AmendPledge', { pledge, classification: 'confidential' })
  await house.settle()
})
afterAll(() => house.close())

const Items = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) })
const get = async (url: string) => house.app.inject({ url, headers: await house.as('nation', 'NPL') })
const post = async (payload: object, more: Record<string, string> = {}) =>
  house.app.inject({
    method: 'POST',
    url: '/v1/commands',
    headers: { ...(await house.as('nation', 'NPL')), 'idempotency-key': 'a-key', ...more },
    payload,
  })

/** Every page of a list, with the cursors that led from one to the next. */
const walk = async (url: string): Promise<{ readonly pages: ReadonlyArray<ReadonlyArray<string>>; readonly cursors: string }> => {
  const pages: ReadonlyArray<string>[] = []
  let cursors = ''
  for (let next: string | undefined = url; next !== undefined;) {
    const reply: Awaited<ReturnType<typeof get>> = await get(next)
    pages.push(Items.parse(reply.json()).items.map(({ id }) => id))
    next = /<([^>]+)>; rel="next"/.exec(String(reply.headers['link'] ?? ''))?.[1]
    const [payload = ''] = (next === undefined ? '' : (new URL(next, 'http://x').searchParams.get('cursor') ?? '')).split('.')
    cursors += Buffer.from(payload, 'base64url').toString('utf8')
  }
  return { pages, cursors }
}

describe('pages of a list', () => {
  it.each([
    '/v1/pledges?limit=1',
    '/v1/plans?limit=1',
    '/v1/commitments?limit=1',
    '/v1/flags?limit=1',
    '/v1/contributors?limit=2',
    '/v1/pledges?contributor=IND&limit=1',
  ])('of %s are full but for the last, and their cursors name nothing hidden', async (url) => {
    for (const address of [url, `${url}&asOf=${once}`]) {
      const { pages, cursors } = await walk(address)
      const full = pages.slice(0, -1).map(({ length }) => length)
      expect(full).toEqual(full.map(() => Number(/limit=(\d)/.exec(url)?.[1])))
      expect(pages.at(-1)?.length === 0 && pages.length > 1).toBe(false)
      expect([address, leaksIn(cursors), CLASSIFIED.filter((id) => cursors.includes(id))]).toEqual([address, [], []])
      expect(pages.flat().filter((id) => CLASSIFIED.includes(id) || id === 'PL-undecided')).toEqual([])
    }
  })

  it('of nothing but hidden rows is one empty page', async () => {
    const hidden = await walk(`/v1/pledges?contributor=IND&search=once-open&asOf=${once}&limit=1`)
    const missing = await walk(`/v1/pledges?contributor=GHA&search=once-open&asOf=${once}&limit=1`)
    expect([hidden, missing]).toEqual([
      { pages: [[]], cursors: '' },
      { pages: [[]], cursors: '' },
    ])
  })
})

describe('a command', () => {
  it('under a key of another nation neither gets its answer nor learns that the key was used', async () => {
    const india = { role: 'nation', contributor: 'IND' } as const
    const message = { type: 'WithdrawPledge', data: { pledge: 'IND-released-to-au', reason: 'over' } }
    const [theirs] = await house.handler.handle([{ key: 'their-key', actor: india, message, correlationId: 'test' }])
    expect(theirs?._tag).toBe('Right')
    const reply = await post(message, { 'idempotency-key': 'their-key' })
    expect(reply.json()).toMatchObject({ status: 404, code: 'not-found' })
    const other = await post({ type: 'RenewPledge', data: { pledge: 'nothing-7' } }, { 'idempotency-key': 'their-key' })
    expect(other.json()).toMatchObject({ status: 404, code: 'not-found' })
  })

  it('with a guessed revision of a hidden record is answered like one on nothing', async () => {
    for (const revision of ['"r0"', '"r1"', '"r2"', '"r3"', '"r99"']) {
      const answers = []
      for (const pledge of [CONFIDENTIAL, 'nothing-7']) {
        const key = `guess-${pledge}-${revision.slice(1, -1)}`
        const message = { type: 'WithdrawPledge', data: { pledge, reason: 'x' } }
        const reply = await post(message, { 'if-match': revision, 'idempotency-key': key })
        const { traceId: _traceId, ...rest } = ProblemDocument.parse(reply.json())
        answers.push({ ...rest, etag: reply.headers['etag'] })
      }
      expect(answers[0]).toMatchObject({ status: 404, code: 'not-found' })
      expect(answers[0]).toEqual(answers[1])
    }
  })

  it('that takes an id which another nation may have used is refused for its form, whether or not it did', async () => {
    const told = []
    for (const pledge of [PLEDGE, 'IND-nothing-7']) {
      const reply = await post(
        { type: 'SubmitPledge', data: battalion('NPL', { pledge, ownReference: 'NPL/guess' }) },
        { 'idempotency-key': `id-${pledge}` },
      )
      const { traceId: _traceId, ...rest } = ProblemDocument.parse(reply.json())
      told.push(rest)
    }
    expect(told[0]).toMatchObject({ status: 422, violations: [{ pointer: '/pledge' }] })
    expect(told[0]).toEqual(told[1])
  })

  it('of a role that may not give it is refused before its key, its fields and its records are looked at', async () => {
    const headers = await house.as('nation', 'NPL')
    for (const payload of [
      { type: 'ApprovePlan' },
      { type: 'AcceptPledge', data: { pledge: PLEDGE } },
      { type: 'RaiseFlag', x: 1 },
    ]) {
      const reply = await house.app.inject({ method: 'POST', url: '/v1/commands', headers, payload })
      expect(reply.json()).toMatchObject({ status: 403, code: 'not-allowed' })
      const batch = { method: 'POST' as const, url: '/v1/commands/batch', payload: JSON.stringify({ id: 'l', ...payload }) }
      const lines = await house.app.inject({ ...batch, headers: { ...headers, 'content-type': 'application/x-ndjson' } })
      expect(JSON.parse(lines.body)).toMatchObject({ id: 'l', outcome: 'refused', code: 'not-allowed' })
    }
  })
})

describe('the feed', () => {
  it('refuses to go on from where the log has not come, instead of waiting in silence', async () => {
    const head = await house.store.head()
    expect((await get(`/v1/events?after=${head}`)).json()).toMatchObject({ items: [], through: head })
    expect((await get(`/v1/events?after=${head + 1}`)).json()).toMatchObject({ status: 400, violations: [{ pointer: '/after' }] })
  })
})
