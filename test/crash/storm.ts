/**
 * A process to be killed: many callers append at once and every answer is printed the moment it comes. Run as
 * `node storm.ts STORE SEED`; it never ends by itself. The events are synthetic.
 */
import * as E from 'fp-ts/lib/Either.js'
import { derivedId, eventId } from '@muster/codec/event-id'
import type { EventData } from '@muster/event-store/event'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'

const CALLERS = 32

const [path, seed] = process.argv.slice(2)
if (path === undefined || seed === undefined) throw new Error('usage: storm.ts STORE SEED')

/** How many events an append of a caller has: one, two or three, all with the same note. */
const eventsOf = (commandId: string, caller: number, turn: number): readonly [EventData, ...EventData[]] => {
  const event = (ordinal: number): EventData => ({
    id: eventId(commandId, ordinal),
    type: 'Happened',
    data: { command: commandId, of: 1 + ((caller + turn) % 3), padding: 'x'.repeat((caller * 131) % 700) },
    metadata: {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: { role: 'system' },
      effectiveOn: '2027-01-01',
    },
  })
  return [event(0), ...Array.from({ length: (caller + turn) % 3 }, (_, index) => event(index + 1))]
}

const opened = await openSqliteEventStore({ path })()
if (E.isLeft(opened)) throw new Error(opened.left.message)
const store = opened.right
process.stdout.write('open\n')

await Promise.all(
  Array.from({ length: CALLERS }, async (_, caller) => {
    for (let turn = 0; ; turn += 1) {
      const commandId = derivedId('storm', seed, caller, turn)
      const receipts = [{ key: commandId, fingerprint: seed, response: { caller, turn } }]
      const stream = `storm-${(caller * 3 + turn) % 40}`
      const answer = await store.append({
        stream,
        expected: { _tag: 'Any' },
        events: eventsOf(commandId, caller, turn),
        receipts,
      })()
      if (E.isLeft(answer)) throw new Error(answer.left._tag)
      process.stdout.write(`${JSON.stringify({ commandId, ...answer.right })}\n`)
    }
  }),
)
