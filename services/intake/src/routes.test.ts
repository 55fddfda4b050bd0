import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { commandTypes, rolesFor } from '@muster/contracts/commands'
import type { Refusal, Submission } from '@muster/command-handler/submission'
import { testServer } from '@muster/http/testing'
import { intakePlugin } from './routes.ts'
import { commandRoutes } from './route-table.ts'

const answer = { outcome: 'accepted' as const, position: 41, stream: 'pledge-P-17', revision: 3, eventIds: ['e-1'] }

/** A server over a handler that accepts everything, or refuses everything with `refusal`. */
const intake = async (refusal?: Refusal) => {
  const submissions: Submission[] = []
  const server = await testServer()
  await server.app.register(
    intakePlugin({
      handler: {
        handle: async (batch) => {
          submissions.push(...batch)
          return batch.map(() => (refusal === undefined ? E.right(answer) : E.left(refusal)))
        },
      },
      newId: () => 'fresh-id',
    }),
  )
  return { ...server, submissions }
}

const command = { type: 'AcknowledgePledge', data: { pledge: 'P-17' } }

describe('one command', () => {
  it('goes to the handler with key, actor and trace, and answers with position and ETag', async () => {
    const { app, as, submissions } = await intake()
    const renewal = { type: 'RenewPledge', data: { pledge: 'P-17' } }
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/commands',
      headers: {
        ...(await as('nation', 'NPL')),
        'idempotency-key': 'k-1',
        'if-match': '"r2"',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      payload: { ...renewal, effectiveAt: '2027-02-01' },
    })
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toEqual(answer)
    expect(reply.headers['etag']).toBe('"r3"')
    expect(submissions).toEqual([
      {
        key: 'k-1',
        actor: { role: 'nation', contributor: 'NPL' },
        message: { ...renewal, effectiveAt: '2027-02-01' },
        correlationId: '0af7651916cd43dd8448eb211c80319c',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        expectedRevision: 2,
      },
    ])
  })

  it('needs a key of the sender', async () => {
    const { app, as, submissions } = await intake()
    const headers = await as('officer')
    const post = (key: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/v1/commands', headers: { ...headers, ...key }, payload: command })
    expect((await post({})).json()).toMatchObject({ status: 400, code: 'idempotency-key-required' })
    expect((await post({ 'idempotency-key': '' })).json()).toMatchObject({ status: 400, code: 'idempotency-key-required' })
    expect((await post({ 'idempotency-key': 'two words' })).json()).toMatchObject({ status: 400, code: 'malformed-request' })
    expect((await post({ 'idempotency-key': 'k'.repeat(201) })).json()).toMatchObject({ status: 400 })
    expect(submissions).toEqual([])
  })

  it('is refused with the field at fault when it is no command', async () => {
    const { app, as } = await intake()
    const headers = { ...(await as('officer')), 'idempotency-key': 'k', 'content-type': 'application/json' }
    const post = (payload: string) => app.inject({ method: 'POST', url: '/v1/commands', headers, payload })
    expect((await post('{"type": ')).json()).toMatchObject({ status: 400, code: 'malformed-json' })
    expect((await post('')).json()).toMatchObject({ status: 400, code: 'malformed-json' })
    expect((await post('[1]')).json()).toMatchObject({ status: 400, code: 'malformed-json' })
    expect((await post('{"type":"AcknowledgePledge"}')).json()).toMatchObject({
      status: 422,
      code: 'invalid-command',
      violations: [{ pointer: '/data' }],
    })
    expect((await post('{"type":"AcknowledgePledge","data":{},"colour":"red"}')).json()).toMatchObject({
      status: 422,
      violations: [{ pointer: '/colour', message: 'unknown field' }],
    })
    expect((await post('{"type":"AcknowledgePledge","data":{},"effectiveAt":"yesterday"}')).json()).toMatchObject({
      status: 422,
      violations: [{ pointer: '/effectiveAt' }],
    })
  })

  it('is refused for the role before its payload is looked at', async () => {
    const { app, as } = await intake()
    const post = async (headers: Record<string, string>, payload: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/commands',
        headers: { ...headers, 'idempotency-key': 'k', 'content-type': 'application/json' },
        payload,
      })
    expect((await post(await as('reporting'), '{broken')).statusCode).toBe(403)
    expect((await post(await as('auditor'), '{broken')).statusCode).toBe(403)
    expect((await post(await as('nation', 'NPL'), '{"type":"ApprovePlan","data":1,"colour":"red"}')).statusCode).toBe(403)
  })
})

const refusedWith = async (refusal: Refusal) => {
  const { app, as } = await intake(refusal)
  return app.inject({
    method: 'POST',
    url: '/v1/commands',
    headers: { ...(await as('officer')), 'idempotency-key': 'k', 'if-match': '"r1"' },
    payload: command,
  })
}

describe('a refusal', () => {
  it('becomes a problem document that says what to do', async () => {
    expect((await refusedWith({ _tag: 'NotFound' })).json()).toMatchObject({ status: 404, code: 'not-found' })
    expect((await refusedWith({ _tag: 'NotAllowed', message: 'no' })).json()).toMatchObject({ status: 403, code: 'not-allowed' })
    expect((await refusedWith({ _tag: 'KeyReused' })).json()).toMatchObject({ status: 422, code: 'key-reused', retryable: false })
    expect(
      (
        await refusedWith({
          _tag: 'Rejected',
          code: 'capacity-exceeded',
          message: 'too much',
          pointer: '/quantity',
          details: { free: 2 },
        })
      ).json(),
    ).toMatchObject({
      type: '/docs/problems.md#capacity-exceeded',
      status: 422,
      code: 'capacity-exceeded',
      detail: 'too much',
      violations: [{ pointer: '/quantity', message: 'too much' }],
      details: { free: 2 },
    })
  })

  it('says which revision is current when the record has moved on', async () => {
    const reply = await refusedWith({ _tag: 'Conflict', actual: 17 })
    expect(reply.json()).toMatchObject({ status: 412, code: 'revision-conflict', details: { currentRevision: 17 } })
    expect(reply.headers['etag']).toBe('"r17"')
  })

  it('says when to come again', async () => {
    const inFlight = await refusedWith({ _tag: 'InFlight' })
    expect(inFlight.json()).toMatchObject({ status: 409, code: 'in-flight', retryable: true })
    expect(inFlight.headers['retry-after']).toBe('1')
    const unavailable = await refusedWith({ _tag: 'Unavailable', message: 'canary-9 broke' })
    expect(unavailable.json()).toMatchObject({ status: 503, code: 'unavailable', retryable: true })
    expect(unavailable.headers['retry-after']).toBe('2')
    expect(unavailable.body).not.toContain('canary-9')
    const full = await refusedWith({ _tag: 'Unavailable', message: 'database or disk is full' })
    expect(full.body).toContain('free some space first')
  })
})

describe('commands as resources', () => {
  it('are every command that somebody outside may give, once each', () => {
    const open = commandTypes.filter((type) => rolesFor(type).some((role) => role !== 'system'))
    expect(commandRoutes.map(({ type }) => type).toSorted()).toEqual(open.toSorted())
  })

  it('take what the address says as fields of the command', async () => {
    const { app, as, submissions } = await intake()
    const headers = { ...(await as('officer')), 'idempotency-key': 'k', 'if-match': '"r3"' }
    for (const { method, url, type, ids } of commandRoutes) {
      const address = url.replace(/:(\w+)/g, (_whole, part: string) => `${part}-1`)
      submissions.length = 0
      const reply = await app.inject({ method, url: `${address}?effectiveAt=2027-02-01`, headers, payload: { note: 'n' } })
      expect([reply.statusCode, url]).toEqual([submissions.length === 1 && reply.statusCode === 201 ? 201 : 200, url])
      const fields = Object.fromEntries(Object.entries(ids).map(([part, field]) => [field, `${part}-1`]))
      expect(submissions[0]?.message).toMatchObject({ type, data: { ...fields, note: 'n' }, effectiveAt: '2027-02-01' })
    }
  })

  it('name what they create', async () => {
    const { app, as } = await intake()
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/pledges',
      headers: { ...(await as('officer')), 'idempotency-key': 'k' },
      payload: { contributor: 'NPL' },
    })
    expect(reply.statusCode).toBe(201)
    expect(reply.headers['location']).toBe('/v1/pledges/P-17')
    expect(reply.json()).toEqual({ ...answer, id: 'P-17' })
  })

  it('give a plan without a name the same name again for the same key', async () => {
    const { app, as, submissions } = await intake()
    const ask = async (key: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/plans',
        headers: { ...(await as('officer')), 'idempotency-key': key },
        payload: { from: '2027-01-01', to: '2028-01-01' },
      })
    await ask('k-1')
    await ask('k-1')
    await ask('k-2')
    const [first, again, other] = submissions.map(({ message }) => message.data['plan'])
    expect(first).toMatch(/^PL-[0-9a-f]{16}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  it('need the version that was seen when they amend or withdraw', async () => {
    const { app, as, submissions } = await intake()
    const headers = { ...(await as('nation', 'NPL')), 'idempotency-key': 'k' }
    const amend = (condition: Record<string, string>) =>
      app.inject({ method: 'PATCH', url: '/v1/pledges/P-17', headers: { ...headers, ...condition }, payload: { quantity: 3 } })
    expect((await amend({})).json()).toMatchObject({ status: 428, code: 'if-match-required' })
    expect((await amend({ 'if-match': 'W/"r1"' })).json()).toMatchObject({ status: 400, code: 'malformed-request' })
    expect((await amend({ 'if-match': '"r3"' })).statusCode).toBe(200)
    expect(
      (await app.inject({ method: 'POST', url: '/v1/pledges/P-17/withdraw', headers, payload: { reason: 'x' } })).statusCode,
    ).toBe(428)
    expect(submissions).toMatchObject([
      { expectedRevision: 3, message: { type: 'AmendPledge', data: { pledge: 'P-17', quantity: 3 } } },
    ])
  })

  it('take an empty body where the address says it all, and no body that contradicts it', async () => {
    const { app, as, submissions } = await intake()
    const headers = { ...(await as('officer')), 'idempotency-key': 'k' }
    const url = '/v1/pledges/P-17/acknowledge'
    expect((await app.inject({ method: 'POST', url, headers })).statusCode).toBe(200)
    expect(
      (await app.inject({ method: 'POST', url, headers: { ...headers, 'content-type': 'application/json' } })).statusCode,
    ).toBe(200)
    expect(submissions).toHaveLength(2)
    expect((await app.inject({ method: 'POST', url, headers, payload: { pledge: 'P-18' } })).json()).toMatchObject({
      status: 422,
      violations: [{ pointer: '/pledge' }],
    })
  })

  it('are closed to roles that may not give the command, before the body is read', async () => {
    const { app, as } = await intake()
    for (const { method, url, type } of commandRoutes) {
      for (const role of ['reporting', 'auditor', 'nation'] as const) {
        const headers = { ...(await as(role, role === 'nation' ? 'NPL' : undefined)), 'content-type': 'application/json' }
        const reply = await app.inject({ method, url, headers, payload: '{broken' })
        expect([type, role, reply.statusCode]).toEqual([type, role, rolesFor(type).includes(role) ? 400 : 403])
      }
    }
  })
})
