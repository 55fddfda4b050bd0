/** The document of every route, generated from the routes' own schemas. */
import type { FastifyInstance } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'

export const openApiBase: Omit<Partial<OpenAPIV3_1.Document>, 'webhooks'> & { readonly openapi: '3.1.0' } = {
  openapi: '3.1.0',
  info: {
    title: 'Muster',
    version: '1.0.0',
    description:
      'Pledges, missions, coverage, burden, plans and flags. Commands are idempotent by Idempotency-Key and answer with the position of the log; reads take asOf and minPosition.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  tags: [
    { name: 'commands', description: 'One door for every command' },
    { name: 'resources', description: 'The same commands as resources' },
    { name: 'reads', description: 'Read models, as of any position' },
    { name: 'feed', description: 'Events by position, live changes' },
    { name: 'exports', description: 'Whole tables as NDJSON or CSV' },
    { name: 'health', description: 'For operators' },
  ],
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  security: [{ bearer: [] }],
}

export const openApiRoutes = (app: FastifyInstance): void => {
  let text: string | undefined
  for (const prefix of ['', '/v1']) {
    app.get(
      `${prefix}/openapi.json`,
      { config: { open: true }, schema: { hide: prefix === '', tags: ['health'], summary: 'This document' } },
      async (_request, reply) => {
        text ??= JSON.stringify(openapiDocument(app))
        return reply.header('content-type', 'application/json; charset=utf-8').send(text)
      },
    )
  }
}

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  )
}

/** The OpenAPI 3.1 document of a server that is ready, with its keys sorted, so that its text does not depend on load order. */
export const openapiDocument = (app: FastifyInstance): unknown => sortKeys(app.swagger())
