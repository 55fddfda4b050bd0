/** A projector of the benchmark: `postgres-shards-process.ts EVENTS DATABASE SHARDS`. It says what it holds, and reads the log only once it is told to go. */
import { once } from 'node:events'
import { isLeft } from 'fp-ts/lib/Either.js'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { startProjector } from '@muster/projector/projector'
import { openPostgresReadModels } from '@muster/read-models/open'

const [events = '', connectionString = '', shards = '1'] = process.argv.slice(2)
const clock = () => '2027-01-01T00:00:00.000Z'
const opened = await openSqliteEventStore({ path: events, clock, readOnly: true })()
if (isLeft(opened)) throw new Error(opened.left.message)
const log = opened.right
const go = once(process.stdin, 'data')
const store: typeof log = {
  ...log,
  readAll: async function* (after, options) {
    const { signal } = options
    await Promise.race([go, ...(signal === undefined ? [] : [once(signal, 'abort')])])
    if (signal?.aborted !== true) yield* log.readAll(after, options)
  },
}
const readModels = await openPostgresReadModels({ connectionString, writers: Number(shards) + 2 }, { clock })
const projector = await startProjector({ store, readModels, clock, shards: Number(shards) })
const telling = setInterval(() => {
  void projector.status().then(({ shards: { held } }) => process.stdout.write(`${held.length}\n`))
}, 100)
await go
clearInterval(telling)
