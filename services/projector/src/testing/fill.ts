/**
 * A projector in a process of its own, for the tests that kill it: `fill.ts EVENTS READ_MODELS [SHARDS SILENCE_MS]`, where the read
 * models are a file or a PostgreSQL database. It writes one line per page: which checkpoints were to move from where to where, and
 * whether they did.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openPostgresReadModels, openSqliteReadModels } from '@muster/read-models/open'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { startProjector } from '../projector.ts'

const [events = '', rows = '', shards = '1', silence = '5000'] = process.argv.slice(2)
const clock = () => '2027-01-01T00:00:00.000Z'
const opened = await openSqliteEventStore({ path: events, clock, readOnly: true })()
if (isLeft(opened)) throw new Error(`the log could not be opened: ${JSON.stringify(opened.left)}`)
const readModels = rows.startsWith('postgres:')
  ? await openPostgresReadModels({ connectionString: rows, silenceMs: Number(silence) }, { clock })
  : await openSqliteReadModels(rows, { clock })
const told = {
  ...readModels,
  apply: async (...[target, page]: Parameters<typeof readModels.apply>) => {
    const answer = await readModels.apply(target, page)
    const { generation, checkpoints } = target
    const { after, through } = page
    process.stdout.write(`${JSON.stringify({ generation, checkpoints, after, through, taken: !isLeft(answer) })}\n`)
    return answer
  },
}
await startProjector({
  store: opened.right,
  readModels: told,
  clock,
  surroundings: systemSurroundings,
  pageSize: 7,
  shards: Number(shards),
})
