/** The whole engine in one process with a few contributors and the catalogue, or with the real history, for the HTTP figures. */
import * as E from 'fp-ts/lib/Either.js'
import { resolve } from 'node:path'
import { load } from '@muster/all-in-one/first-use'
import { openMuster } from '@muster/all-in-one/open'
import { realHistory } from '@muster/reference-data/history'
import { openTokens } from '@muster/http/tokens'

const [data = '', port = '0', history = 'ground'] = process.argv.slice(2)
const clock = (): string => new Date().toISOString()
const opened = await openMuster({ data, mode: 'write', clock })
if (E.isLeft(opened)) throw new Error(opened.left)
const { app, handler, store, engine, close } = opened.right
const parts = realHistory(resolve(import.meta.dirname, '../../../data'))
const loaded = await load({ handler, parts: history === 'history' ? parts : parts.slice(0, 2), onProgress: () => {} })
if (E.isLeft(loaded)) throw new Error(loaded.left)
await engine?.waitFor(await store.head(), 120_000)
await engine?.settleFlags()
await app.listen({ host: '127.0.0.1', port: Number(port) })
const token = await (await openTokens(data, clock)).issue({ role: 'officer' })
process.send?.({ token: E.isRight(token) ? token.right : '' })
process.on('SIGTERM', () => {
  close().then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
