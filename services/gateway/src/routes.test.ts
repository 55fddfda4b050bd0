import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { createLogger } from '@muster/observability/log'
import { createGateway } from './routes.ts'

const open: FastifyInstance[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()))
})

/** A service that says who it is and what it was sent. */
const upstream = async (
  name: string,
  port = 0,
): Promise<{ readonly url: string; readonly app: FastifyInstance; readonly port: number }> => {
  const app = fastify({ forceCloseConnections: true })
  open.push(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.get('/readyz', async () => ({ status: 'ready', checks: [{ name: 'log', ok: true }] }))
  app.get('/openapi.json', async () => ({
    openapi: '3.1.0',
    paths: { '/v1/shared': { [name === 'intake' ? 'post' : 'get']: {} } },
    components: { schemas: { [name]: {} } },
  }))
  app.all('/v1/*', async ({ method, url, body, headers }, reply) =>
    reply.code(headers['x-teapot'] === undefined ? 200 : 418).send({ name, method, url, body: body ?? null }),
  )
  await app.listen({ port, host: '127.0.0.1' })
  const address = app.server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${taken}`, app, port: taken }
}

const gatewayTo = async (intake: ReadonlyArray<string>, query: ReadonlyArray<string>): Promise<string> => {
  const app = await createGateway({
    upstreams: { intake, query, background: [] },
    logger: createLogger({ service: 'gateway', level: 'silent' }),
    metrics: async () => 'muster_up 1\n',
    observe: () => undefined,
  })
  open.push(app)
  return app.listen({ port: 0, host: '127.0.0.1' })
}

const command = { method: 'POST', body: '{"type":"X"}', headers: { 'content-type': 'application/json', 'idempotency-key': 'k' } }

describe('the gateway', () => {
  test('sends commands to the intake and reads to the query service, with address, body and status as they are', async () => {
    const url = await gatewayTo([(await upstream('intake')).url], [(await upstream('query')).url])
    expect(await (await fetch(`${url}/v1/commands`, command)).json()).toEqual({
      name: 'intake',
      method: 'POST',
      url: '/v1/commands',
      body: '{"type":"X"}',
    })
    const read = await fetch(`${url}/v1/pledges?limit=3&asOf=5`, { headers: { 'x-teapot': 'yes' } })
    expect(read.status).toBe(418)
    expect(await read.json()).toMatchObject({ name: 'query', url: '/v1/pledges?limit=3&asOf=5' })
  })

  test('passes a batch on line by line', async () => {
    const url = await gatewayTo([(await upstream('intake')).url], [(await upstream('query')).url])
    const answer = await fetch(`${url}/v1/commands/batch`, {
      method: 'POST',
      body: '{"id":"1"}\n{"id":"2"}\n',
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(await answer.json()).toMatchObject({ name: 'intake', body: '{"id":"1"}\n{"id":"2"}\n' })
  })

  test('waits for a service that is being started again, and sends the command to it', async () => {
    const intake = await upstream('intake')
    const url = await gatewayTo([intake.url], [(await upstream('query')).url])
    await fetch(`${url}/v1/commands`, command)
    await intake.app.close()
    const answer = fetch(`${url}/v1/commands`, command)
    await sleep(400)
    await upstream('intake', intake.port)
    expect(await (await answer).json()).toMatchObject({ name: 'intake', body: '{"type":"X"}' })
  })

  test('lets the other replica answer when one is gone', async () => {
    const [first, second] = [await upstream('first'), await upstream('second')]
    const url = await gatewayTo([first.url], [first.url, second.url])
    await first.app.close()
    const names = await Promise.all(Array.from({ length: 6 }, async () => (await fetch(`${url}/v1/missions`)).json()))
    expect(names).toEqual(Array.from({ length: 6 }, () => expect.objectContaining({ name: 'second' })))
  })

  test('is ready when one replica of each kind is, and says who does not answer', async () => {
    const intake = await upstream('intake')
    const query = await upstream('query')
    const url = await gatewayTo([intake.url], [query.url])
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await query.app.close()
    const report = await fetch(`${url}/readyz`)
    expect(report.status).toBe(503)
    expect(await report.json()).toMatchObject({
      checks: expect.arrayContaining([{ name: `127.0.0.1:${query.port}`, ok: false, detail: 'does not answer' }]),
    })
  })

  test('serves one document of all routes, and its own metrics', async () => {
    const url = await gatewayTo([(await upstream('intake')).url], [(await upstream('query')).url])
    expect(await (await fetch(`${url}/openapi.json`)).json()).toEqual({
      openapi: '3.1.0',
      paths: { '/v1/shared': { get: {}, post: {} } },
      components: { schemas: { intake: {}, query: {} } },
    })
    expect(await (await fetch(`${url}/metrics`)).text()).toBe('muster_up 1\n')
  })

  test('tells a wrong method from an unknown path, though each service behind knows only a part of the methods', async () => {
    const url = await gatewayTo([(await upstream('intake')).url], [(await upstream('query')).url])
    for (const [method, path, allow] of [
      ['DELETE', '/v1/pledges/NPL-7', 'GET, HEAD, PATCH'],
      ['POST', '/v1/coverage?mission=UNMISS', 'GET, HEAD'],
      ['GET', '/v1/commands', 'POST'],
      ['PUT', '/v1/pledges', 'GET, HEAD, POST'],
      ['POST', '/v1/readyz', 'GET, HEAD'],
      ['POST', '/openapi.json', 'GET, HEAD'],
    ] as const) {
      const wrong = await fetch(url + path, { method })
      expect([path, wrong.status, wrong.headers.get('allow')]).toEqual([path, 405, allow])
      expect(await wrong.json()).toMatchObject({ status: 405, code: 'method-not-allowed' })
    }
    for (const [method, path] of [
      ['GET', '/elsewhere'],
      ['GET', '/v1/elsewhere'],
      ['DELETE', '/v1/pledges/NPL-7/elsewhere'],
      ['OPTIONS', '/v1/pledges'],
    ] as const) {
      const lost = await fetch(url + path, { method })
      expect([path, lost.status, lost.headers.get('allow')]).toEqual([path, 404, null])
      expect(lost.headers.get('content-type')).toMatch('application/problem+json')
      expect(await lost.json()).toMatchObject({ status: 404, code: 'not-found' })
    }
    const head = await fetch(`${url}/v1/pledges/NPL-7`, { method: 'HEAD', headers: { 'x-teapot': 'yes' } })
    expect(head.status).toBe(418)
  })

  test('takes ids as long as the services do, and answers an address that cannot be read with a problem', async () => {
    const url = await gatewayTo([(await upstream('intake')).url], [(await upstream('query')).url])
    const long = `/v1/pledges/${'n'.repeat(300)}`
    expect(await (await fetch(url + long)).json()).toMatchObject({ name: 'query', url: long })
    for (const path of [`${long}n`, '/v1/pledges/%zz']) {
      expect(await (await fetch(url + path)).json()).toMatchObject({ status: 400, code: 'malformed-request' })
    }
  })
})
