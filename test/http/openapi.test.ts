/** The document of every route: what is committed is what the routes say, and what it shows works. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openapiText } from '../../services/all-in-one/src/openapi.ts'
import { openHouse, type House } from './house.ts'

let house: House
let text = ''
beforeAll(async () => {
  house = await openHouse()
  text = await openapiText()
})
afterAll(() => house.close())

const Operation = z.looseObject({
  summary: z.string().min(1),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean() })).optional(),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ example: z.looseObject({}).optional() })) })
    .optional(),
})
const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})
const parsed = () => Document.parse(JSON.parse(text))

describe('the OpenAPI document', () => {
  it('is the committed one; "npm run contracts" writes it', () => {
    const committed = readFileSync(resolve(import.meta.dirname, '../../contracts/generated/openapi.json'), 'utf8')
    expect(text === committed).toBe(true)
  })

  it('is what a running server shows', async () => {
    const served = Document.parse((await house.app.inject({ url: '/openapi.json' })).json())
    expect(served.openapi).toBe('3.1.0')
    expect(Object.keys(served.paths)).toEqual(Object.keys(parsed().paths))
  })

  it('has every route that others script against', () => {
    const { paths } = parsed()
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    for (const route of [
      'get /v1/livez',
      'get /v1/readyz',
      'get /v1/metrics',
      'get /v1/openapi.json',
      'post /v1/commands',
      'post /v1/commands/batch',
      'post /v1/pledges',
      'patch /v1/pledges/{id}',
      'post /v1/pledges/{id}/withdraw',
      'get /v1/pledges',
      'get /v1/pledges/{id}',
      'get /v1/pledges/{id}/history',
      'get /v1/missions',
      'get /v1/missions/{id}',
      'get /v1/coverage',
      'get /v1/composition',
      'get /v1/burden',
      'get /v1/flags',
      'get /v1/flags/{id}',
      'get /v1/plans',
      'get /v1/plans/{id}',
      'get /v1/plans/{id}/explain',
      'get /v1/contributors/{id}/statement',
      'get /v1/events',
      'get /v1/changes',
    ]) {
      expect(routes).toContain(route)
    }
  })

  it('has the methods that a path names to whoever comes with another one', async () => {
    const headers = await house.as('officer')
    for (const [path, operations] of Object.entries(parsed().paths)) {
      const methods = Object.keys(operations).map((method) => method.toUpperCase())
      const allow = (methods.includes('GET') ? [...methods, 'HEAD'] : methods).toSorted().join(', ')
      const reply = await house.app.inject({ method: 'DELETE', url: path.replaceAll(/\{\w+\}/g, 'X-1'), headers })
      expect([path, reply.statusCode, reply.headers['allow']]).toEqual([path, 405, allow])
      expect(reply.json()).toMatchObject({ code: 'method-not-allowed', type: '/docs/problems.md#method-not-allowed' })
    }
    const unknown = await house.app.inject({ method: 'DELETE', url: '/v1/pledges/X-1/nothing', headers })
    expect([unknown.statusCode, unknown.headers['allow']]).toEqual([404, undefined])
  })

  it('refers only to schemas it has', () => {
    const { components } = parsed()
    const references = new Set([...text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? ''))
    expect(references.size).toBeGreaterThan(20)
    expect([...references].filter((name) => !Object.hasOwn(components.schemas, name))).toEqual([])
  })

  it('gives examples that are taken as commands', async () => {
    const headers = { ...(await house.as('officer')), 'if-match': '"r0"' }
    const answers: (readonly [string, number, string | undefined])[] = []
    for (const [path, methods] of Object.entries(parsed().paths)) {
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const payload = requestBody?.content['application/json']?.example
        if (payload === undefined) continue
        const reply = await house.app.inject({
          method: method === 'patch' ? 'PATCH' : method === 'put' ? 'PUT' : 'POST',
          url: path.replace('{id}', 'UNMISS').replaceAll(/\{\w+\}/g, 'X-1'),
          headers: { ...headers, 'idempotency-key': `example-${answers.length}` },
          payload,
        })
        const { code } = z.looseObject({ code: z.string().optional() }).parse(reply.json())
        answers.push([path, reply.statusCode, code])
      }
    }
    expect(answers.length).toBeGreaterThan(50)
    // There need not be such a record; but each is a command, and well formed.
    expect(
      answers.filter(([, status, code]) => ![200, 201, 404, 412, 422].includes(status) || code === 'invalid-command'),
    ).toEqual([])
  })
})
