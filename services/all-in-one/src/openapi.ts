/** The OpenAPI document of every route of the engine, made from the routes themselves without opening any store. */
import { createServer } from '@muster/http/server'
import { openapiDocument as documentOf } from '@muster/http/openapi'
import { tokensWith } from '@muster/http/tokens'
import { intakePlugin } from '@muster/intake/routes'
import { queryPlugin } from '@muster/query/routes'

/** Stands where a store would be; describing a route never asks it anything. */
const unused = (): never => {
  throw new Error('only described, never called')
}
const nothing = async function* (): AsyncGenerator<never> {}

const CLOCK = (): string => '2027-01-01T00:00:00.000Z'

/** Pretty-printed JSON with sorted keys, as it is committed under contracts/generated. */
export const openapiText = async (): Promise<string> => {
  const secret = new Uint8Array(32)
  const app = await createServer({
    tokens: tokensWith(secret, CLOCK),
    clock: CLOCK,
    health: { checks: async () => [], metrics: async () => '' },
  })
  await app.register(intakePlugin({ handler: { handle: unused }, newId: unused }))
  await app.register(
    queryPlugin({
      readModels: { dialect: 'sqlite', db: unused, position: unused, close: async () => {} },
      store: { readAll: nothing, head: unused, positionAt: unused, timeOf: unused },
      clock: CLOCK,
      cursorSecret: secret,
    }),
  )
  await app.ready()
  const text = `${JSON.stringify(documentOf(app), undefined, 2)}\n`
  await app.close()
  return text
}
