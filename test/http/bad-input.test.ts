/** What must not be accepted over HTTP: each is refused with an error that says what to do, and nothing is written. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemDocument } from '@muster/contracts/answers'
import { openHouse, type House } from './house.ts'
import { battalion, build } from './world.ts'

let house: House
let keys = 0
beforeAll(async () => {
  house = await openHouse()
  await build(house)
  await house.settle()
})
afterAll(() => house.close())

const post = async (payload: string | object, more: Record<string, string> = {}) =>
  house.app.inject({
    method: 'POST',
    url: '/v1/commands',
    headers: {
      ...(await house.as('officer')),
      'content-type': 'application/json',
      'idempotency-key': `bad-${(keys += 1)}`,
      ...more,
    },
    payload,
  })
const submit = (more: object) =>
  post({ type: 'SubmitPledge', data: battalion('NPL', { ownReference: `NPL/bad-${keys}`, ...more }) })

/** The problem it was refused with, and proof that the log did not grow. */
const refused = async (request: () => ReturnType<typeof post>): Promise<ProblemDocument> => {
  const before = await house.store.head()
  const reply = await request()
  expect(reply.headers['content-type']).toContain('application/problem+json')
  expect(await house.store.head()).toBe(before)
  return ProblemDocument.parse(reply.json())
}

describe('a command with bad input', () => {
  it.each([
    ['malformed JSON', '{"type":"SubmitPledge",'],
    ['a list instead of a command', '[]'],
    ['a text instead of a command', '"SubmitPledge"'],
    ['nothing', ''],
    ['a key that would reach into prototypes', '{"type":"SubmitPledge","data":{},"__proto__":{"role":"officer"}}'],
  ])('is refused for %s', async (_what, payload) => {
    expect(await refused(() => post(payload))).toMatchObject({ status: 400, code: 'malformed-json' })
  })

  it.each([
    ['an unknown field', { colour: 'blue' }, '/colour'],
    ['a negative quantity', { quantity: -1 }, '/quantity'],
    ['a quantity of zero', { quantity: 0 }, '/quantity'],
    ['a quantity that is no whole number', { quantity: 1.5 }, '/quantity'],
    ['an absurd quantity', { quantity: 10_000_000 }, '/quantity'],
    ['a quantity as text', { quantity: '2' }, '/quantity'],
    ['a window that ends before it begins', { from: '2028-03-01', to: '2027-03-01' }, '/to'],
    ['a window of no days', { from: '2027-03-01', to: '2027-03-01' }, '/to'],
    ['a day that does not exist', { from: '2027-02-30' }, '/from'],
    ['money and units at once', { amount: { amount: '100', currency: 'USD' } }, '/quantity'],
    ['neither money nor units', { quantity: undefined }, '/quantity'],
    ['money as a number', { quantity: undefined, amount: { amount: 100, currency: 'USD' } }, '/amount/amount'],
    ['a currency that is none', { quantity: undefined, amount: { amount: '100', currency: 'dollars' } }, '/amount/currency'],
    ['a readiness beyond the scale', { readiness: 5 }, '/readiness'],
    ['an unknown classification', { classification: 'secret' }, '/classification'],
    ['an unknown caveat', { caveats: [{ kind: 'not-on-sundays' }] }, '/caveats/0/kind'],
  ])('is refused for %s, with a pointer to it', async (_what, more, pointer) => {
    const problem = await refused(() => submit(more))
    expect(problem).toMatchObject({ status: 422, code: 'invalid-command', retryable: false })
    expect(problem.violations?.map((violation) => violation.pointer)).toContain(pointer)
  })

  it.each([
    ['an unknown nation', { contributor: 'ZZZ' }, 'unknown-contributor', '/contributor'],
    ['an unknown capability', { capability: 'DRAGONS' }, 'unknown-capability', '/capability'],
    ['an unknown mission', { earmark: ['UNKNOWN'] }, 'unknown-mission', '/earmark/0'],
  ])('is refused for %s', async (_what, more, code, pointer) => {
    expect(await refused(() => submit(more))).toMatchObject({ status: 422, code, violations: [{ pointer }] })
  })

  it('is refused for a type that is none', async () => {
    expect(await refused(() => post({ type: 'StealPledge', data: {} }))).toMatchObject({ status: 422, code: 'unknown-command' })
  })

  it('is refused for what only the engine may say, whoever asks', async () => {
    expect(await refused(() => post({ type: 'RaiseFlag', data: {} }))).toMatchObject({ status: 403, code: 'not-allowed' })
  })

  it('is refused on a record that has ended, and for a revision that is stale', async () => {
    const given = await house.given('SubmitPledge', battalion('GHA', { pledge: 'P-ended', ownReference: 'GHA/ended' }))
    expect(
      await refused(() => post({ type: 'AcknowledgePledge', data: { pledge: 'P-ended' } }, { 'if-match': '"r7"' })),
    ).toMatchObject({
      status: 412,
      code: 'revision-conflict',
      details: { currentRevision: given.revision },
    })
    await house.given('WithdrawPledge', { pledge: 'P-ended', reason: 'over' })
    expect(await refused(() => post({ type: 'AcknowledgePledge', data: { pledge: 'P-ended' } }))).toMatchObject({
      status: 422,
      code: 'pledge-withdrawn',
    })
  })

  it('is refused for a key that came with another payload', async () => {
    const key = { 'idempotency-key': 'one-key' }
    expect((await post({ type: 'SubmitPledge', data: battalion('GHA', { ownReference: 'GHA/key' }) }, key)).statusCode).toBe(200)
    expect(
      await refused(() => post({ type: 'SubmitPledge', data: battalion('GHA', { ownReference: 'GHA/other' }) }, key)),
    ).toMatchObject({
      status: 422,
      code: 'key-reused',
    })
  })
})

describe('an address with bad input', () => {
  it('answers with a problem, whatever it is', async () => {
    const headers = await house.as('officer')
    for (const url of [
      '/v1/pledges/%',
      '/v1/pledges/%00',
      `/v1/pledges/${'x'.repeat(400)}`,
      '/v1/nothing',
      '/v1/pledges?limit=1&limit=2',
      '/v1/pledges/..%2f..%2fetc',
    ]) {
      const reply = await house.app.inject({ url, headers })
      expect([url, reply.statusCode >= 400 && reply.statusCode < 500]).toEqual([url, true])
      expect(ProblemDocument.parse(reply.json()).status).toBe(reply.statusCode)
    }
  })

  it('takes no nation from the address or the body, only from the token', async () => {
    const reply = await house.app.inject({ url: '/v1/pledges?role=officer', headers: await house.as('nation', 'NPL') })
    expect(reply.json()).toMatchObject({ status: 400, violations: [{ pointer: '/role' }] })
  })
})
