import { createServer } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dataSetting, logSetting, portSetting, settingsFrom } from './environment.ts'
import { listen } from './listen.ts'
import { testServer } from './testing.ts'

const schema = z.object({
  MUSTER_PORT: portSetting(8081),
  MUSTER_DATA: dataSetting,
  MUSTER_LOG: logSetting,
  STORE_URL: z.url('the address of a store'),
})

describe('settings', () => {
  it('have defaults where one makes sense', () => {
    expect(settingsFrom(schema, { STORE_URL: 'http://localhost:2113' })).toEqual(
      E.right({ MUSTER_PORT: 8081, MUSTER_DATA: '.muster', MUSTER_LOG: 'info', STORE_URL: 'http://localhost:2113' }),
    )
  })

  it('are all named with their remedy when they are wrong or missing', () => {
    expect(settingsFrom(schema, { MUSTER_PORT: 'eighty', MUSTER_LOG: 'loud' })).toEqual(
      E.left(
        [
          'MUSTER_PORT must be a port from 1 to 65535; it is "eighty".',
          'MUSTER_LOG must be debug, info, warn, error or silent; it is "loud".',
          'STORE_URL is missing: set it to the address of a store.',
        ].join('\n'),
      ),
    )
  })
})

describe('a port', () => {
  it('that is taken is named with the setting that changes it', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve)
    })
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { app } = await testServer()
    expect(await listen(app, { port })).toEqual(
      E.left(`Port ${port} is taken. Stop what listens there, or set MUSTER_PORT to another port.`),
    )
    other.close()
    await app.close()
  })
})
