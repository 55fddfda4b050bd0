/** A projector in a process of its own, for the test that kills it: `fill.ts EVENTS READ_MODELS`, one line per page written. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openSqliteReadModels } from '@muster/read-models/open'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { startProjector } from '../projector.ts'

const [events = '', rows = ''] = process.argv.slice(2)
const clock = () => '2027-01-01T00:00:00.000Z'
const opened = await openSqliteEventStore({ path: events, clock, readOnly: true })()
if (isLeft(opened)) throw new Error(`the log could not be opened: ${JSON.stringify(opened.left)}`)
const readModels = await openSqliteReadModels(rows, { clock })
const told = {
  ...readModels,
  apply: async (...page: Parameters<typeof readModels.apply>) => {
    const answer = await readModels.apply(...page)
    process.stdout.write(`${page[1].through}\n`)
    return answer
  },
}
await startProjector({ store: opened.right, readModels: told, clock, surroundings: systemSurroundings, pageSize: 7 })
