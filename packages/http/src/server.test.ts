import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { ProblemDocument } from '@muster/contracts/answers'
import { openapiDocument } from './openapi.ts'
import { createServer } from './server.ts'
import { bearer, TEST_NOW, TEST_SECRET, testServer } from './testing.ts'
import { tokensWith } from './tokens.ts'

const serverWithRoutes = async (quota?: { units: number; windowSeconds: number }) => {
  const server = await testServer(quota === undefined ? {} : { quota })
  server.app.get(
    '/v1/things',
    { schema: { querystring: z.strictObject({ limit: z.coerce.number().optional() }) } },
    async () => ({
      items: [],
    }),
  )
  server.app.post('/v1/things', { config: { roles: ['officer'] } }, async (request) => ({ got: request.body ?? null }))
  server.app.get('/v1/things/:id', async () => ({}))
  server.app.patch('/v1/things/:id', async () => ({}))
  server.app.get('/v1/fails', async () => {
    throw new Error('canary-4711 must stay inside')
  })
  return server
}

describe('the server', () => {
  it('answers 401 with a problem document when there is no token, a forged one, or an expired one', async () => {
    const { app } = await serverWithRoutes()
    for (const authorization of [undefined, 'Bearer a.b.c', 'Basic abc', 'Bearer']) {
      const answer = await app.inject({ url: '/v1/things', headers: authorization === undefined ? {} : { authorization } })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.headers['www-authenticate']).toContain('Bearer')
      expect(ProblemDocument.parse(answer.json()).code).toBe('unauthenticated')
    }
  })

  it('checks the role before it reads the body', async () => {
    const { app, as } = await serverWithRoutes()
    const headers = { ...(await as('nation', 'NPL')), 'content-type': 'application/json' }
    expect((await app.inject({ method: 'POST', url: '/v1/things', headers, payload: '{broken' })).statusCode).toBe(403)
  })

  it('says what is wrong with malformed JSON, content types and parameters', async () => {
    const { app, as } = await serverWithRoutes()
    const officer = await as('officer')
    const post = (payload: string, type: string) =>
      app.inject({ method: 'POST', url: '/v1/things', headers: { ...officer, 'content-type': type }, payload })
    expect((await post('{broken', 'application/json')).json()).toMatchObject({ status: 400, code: 'malformed-json' })
    expect((await post('a,b', 'text/csv')).json()).toMatchObject({ status: 415, code: 'unsupported-media-type' })
    expect((await post('"x"'.padEnd(2_000_000), 'application/json')).json()).toMatchObject({
      status: 413,
      code: 'body-too-large',
    })
    expect((await app.inject({ url: '/v1/things?limit=x&colour=red', headers: officer })).json()).toMatchObject({
      status: 400,
      code: 'invalid-parameter',
      violations: [{ pointer: '/limit' }, { pointer: '/colour', message: 'unknown parameter' }],
    })
  })

  it('answers 405 to a method that a path does not know, and says which ones it knows', async () => {
    const { app } = await serverWithRoutes()
    for (const [url, allow] of [
      ['/v1/things', 'GET, HEAD, POST'],
      ['/v1/things/NPL%2F7?limit=3', 'GET, HEAD, PATCH'],
      ['/livez', 'GET, HEAD'],
    ] as const) {
      const answer = await app.inject({ method: 'DELETE', url })
      expect([answer.statusCode, answer.headers['allow']]).toEqual([405, allow])
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(ProblemDocument.parse(answer.json())).toMatchObject({
        code: 'method-not-allowed',
        detail: `This path does not know DELETE; it knows ${allow}.`,
      })
    }
  })

  it('says that it is the wrong method, whatever is wrong with the body', async () => {
    const { app } = await serverWithRoutes()
    for (const type of ['application/json', 'text/csv']) {
      const put = { method: 'PUT', url: '/v1/things/7', headers: { 'content-type': type }, payload: '{broken' } as const
      expect((await app.inject(put)).json()).toMatchObject({ status: 405, code: 'method-not-allowed' })
    }
  })

  it('answers 404 where there is no path, and to HEAD and OPTIONS where they are not known', async () => {
    const { app } = await serverWithRoutes()
    for (const [method, url] of [
      ['GET', '/v1/nothing'],
      ['DELETE', '/v1/nothing'],
      ['POST', '/v1/things/7/nothing'],
      ['OPTIONS', '/v1/things'],
      ['HEAD', '/v1/nothing'],
    ] as const) {
      const answer = await app.inject({ method, url })
      expect([method, url, answer.statusCode, answer.headers['allow']]).toEqual([method, url, 404, undefined])
    }
    expect((await app.inject({ url: '/v1/nothing' })).json()).toMatchObject({ code: 'not-found' })
  })

  it('keeps the cause of a failure inside', async () => {
    const { app, as } = await serverWithRoutes()
    const answer = await app.inject({ url: '/v1/fails', headers: await as('officer') })
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal-error', retryable: true })
    expect(answer.body).not.toContain('canary')
  })

  it('carries the trace of the request into the problem', async () => {
    const { app } = await serverWithRoutes()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const answer = await app.inject({ url: '/v1/things', headers: { traceparent } })
    expect(ProblemDocument.parse(answer.json()).traceId).toBe('0af7651916cd43dd8448eb211c80319c')
  })

  it('counts a quota per caller and says what is left', async () => {
    const { app, as } = await serverWithRoutes({ units: 2, windowSeconds: 60 })
    const get = async (headers: Record<string, string>) => app.inject({ url: '/v1/things', headers })
    const nepal = await as('nation', 'NPL')
    expect((await get(nepal)).headers).toMatchObject({
      'ratelimit-policy': '"default";q=2;w=60',
      ratelimit: '"default";r=1;t=60',
    })
    expect((await get(nepal)).statusCode).toBe(200)
    const refused = await get(nepal)
    expect(refused.json()).toMatchObject({ status: 429, code: 'too-many-requests', retryable: true })
    expect(refused.headers['retry-after']).toBe('60')
    expect((await get(await as('nation', 'RWA'))).statusCode).toBe(200)
  })

  it('answers health, metrics and the document without a token, with and without /v1', async () => {
    const { app } = await serverWithRoutes()
    for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json']) {
      expect((await app.inject({ url: path })).statusCode).toBe(200)
      expect((await app.inject({ url: `/v1${path}` })).statusCode).toBe(200)
    }
  })

  it('says to all that something is parked, and what it is to those from whom nothing is withheld', async () => {
    const clock = () => TEST_NOW
    const tokens = tokensWith(TEST_SECRET, clock)
    const parked = { name: 'keeper', ok: true, detail: 'running; 1 parked' }
    const records = 'parked pledge-NPL-7 (malformed)'
    const app = await createServer({
      tokens,
      clock,
      health: { checks: async () => [{ ...parked, records }], metrics: async () => '' },
    })
    const shownTo = async (headers: Record<string, string>) =>
      z.looseObject({ checks: z.tuple([z.unknown()]) }).parse((await app.inject({ url: '/readyz', headers })).json()).checks[0]
    for (const role of ['officer', 'auditor'] as const) {
      expect(await shownTo(await bearer(tokens, { role }))).toEqual({ ...parked, records })
    }
    for (const headers of [
      {},
      { authorization: 'Bearer a.b.c' },
      await bearer(tokens, { role: 'reporting' }),
      await bearer(tokens, { role: 'nation', contributor: 'NPL' }),
    ]) {
      expect(await shownTo(headers)).toEqual(parked)
    }
  })

  it('describes its routes in OpenAPI 3.1', async () => {
    const { app } = await serverWithRoutes()
    await app.ready()
    expect(openapiDocument(app)).toMatchObject({ openapi: '3.1.0', paths: { '/v1/things': { get: {}, post: {} } } })
  })
})
