/** Faults of every kind in any order, under writers and a follower at once; fast-check reports the script of faults that broke a promise. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { settledAt } from '@muster/event-store/expected'
import type { Append, Appended, EventStore } from '@muster/event-store/event-store'
import { appended, everything, exactly, happened, noStream } from '@muster/event-store/testing'
import { startDouble, type Double } from '../../../test/support/esdb/double.ts'
import type { Fault } from '../../../test/support/esdb/faults.ts'
import { hurried, opened } from './testing.ts'

const WRITERS = 3
const ROUNDS = 6
const CALLS = 80

type Kind = 'none' | 'not-leader' | 'unavailable' | 'silent' | 'half-closed' | 'late'
interface Slot {
  readonly kind: Kind
  readonly written: boolean
  readonly afterEvents: number
}

/** What the call of a slot meets with; most calls go well. */
const slot: fc.Arbitrary<Slot> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Kind>('none') },
    { weight: 1, arbitrary: fc.constant<Kind>('not-leader') },
    { weight: 3, arbitrary: fc.constant<Kind>('unavailable') },
    { weight: 1, arbitrary: fc.constant<Kind>('silent') },
    { weight: 1, arbitrary: fc.constant<Kind>('half-closed') },
    { weight: 1, arbitrary: fc.constant<Kind>('late') },
  ),
  written: fc.boolean(),
  afterEvents: fc.nat(6),
})

const faultOf = ({ kind, written, afterEvents }: Slot, { host, port }: Double): Fault | undefined => {
  switch (kind) {
    case 'none':
      return undefined
    case 'not-leader':
      return { _tag: 'NotLeader', host, port }
    case 'unavailable':
      return { _tag: 'Unavailable', written, afterEvents }
    case 'silent':
      return { _tag: 'Silent', written, afterEvents }
    case 'half-closed':
      return { _tag: 'HalfClosed', afterEvents }
    case 'late':
      return { _tag: 'Late', written, until: new Promise((resolve) => setTimeout(resolve, 30 * afterEvents)) }
  }
}

const insist = async (store: EventStore, append: Append): Promise<Appended> => {
  for (;;) {
    const answer = await store.append(append)()
    if (E.isRight(answer)) return answer.right
    if (answer.left._tag === 'RevisionConflict') throw new Error(`a repeat was taken for a rival: ${JSON.stringify(answer.left)}`)
  }
}

/** Follows up to the event that is written last of all. */
const followToLast = async (store: EventStore): Promise<ReadonlyArray<string>> => {
  const seen: string[] = []
  let position = settledAt(0)
  for await (const page of store.readAll(position, { pageSize: 4, follow: true })) {
    if (page.events.some((event) => event.position <= position)) throw new Error('an event came twice')
    position = page.through
    seen.push(...page.events.map(({ id }) => id))
    if (page.events.some(({ stream }) => stream === 'pledge-last')) break
  }
  return seen
}

it('keeps what was acknowledged, once and in order, through any script of faults', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(slot, { minLength: CALLS, maxLength: CALLS }), async (script) => {
      const double = await startDouble()
      const store = await opened({
        connectionString: double.connectionString,
        surroundings: hurried,
        deadlineMs: 200,
        silenceMs: 200,
      })
      const slots = script.values()
      double.faults.scheme(() => {
        const next = slots.next()
        return next.done ? undefined : faultOf(next.value, double)
      })
      const write = async (writer: number): Promise<ReadonlyArray<string>> => {
        const ids: string[] = []
        for (let round = 0; round < ROUNDS; round += 1) {
          const expected = round === 0 ? noStream : exactly(round * 2 - 1)
          const events = [happened(`${writer}/${round}`), happened(`${writer}/${round}`)] as const
          const answer = await insist(store, { stream: `pledge-${writer}`, expected, events })
          expect(answer.revision).toBe(round * 2 + 1)
          ids.push(...events.map(({ id }) => id))
        }
        return ids
      }
      const following = followToLast(store)
      const acknowledged = (await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))).flat()
      double.faults.scheme(() => undefined)
      const patient = await opened({ connectionString: double.connectionString })
      await appended(patient, { stream: 'pledge-last', expected: noStream, events: [happened('last')] })

      const truth = (await everything(patient)).map(({ id }) => id)
      expect(truth.slice(0, -1).toSorted()).toEqual(acknowledged.toSorted())
      expect(await following).toEqual(truth)
      await patient.close()
      await store.close()
      while (double.openCalls() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await double.stop()
    }),
    { numRuns: 12 },
  )
})
