/** Words the contract suite is written in: synthetic events, whole histories, answers and refusals. */
import * as E from 'fp-ts/lib/Either.js'
import type { Append, Appended, AppendError, EventStore, Expected, Receipt } from './event-store.ts'
import type { EventData, RecordedEvent, SettledPosition, StreamName } from './event.ts'

export const noStream: Expected = { _tag: 'NoStream' }
export const anyRevision: Expected = { _tag: 'Any' }
export const exactly = (revision: number): Expected => ({ _tag: 'Exactly', revision })

let ids = 0
/** A synthetic event; its id is new unless given. */
export const happened = (note: string, id = `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`): EventData => ({
  id,
  type: 'Happened',
  data: { note, nested: { list: [1, 2.5, null, true], text: 'Ñandú "quoted" \\ \n 漢字 🕊' } },
  metadata: {
    commandId: id,
    correlationId: `correlation of ${id}`,
    causationId: `cause of ${id}`,
    actor: { role: 'nation', contributor: 'NPL' },
    effectiveOn: '2027-03-01',
    fingerprint: 'sha256:00',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
})

export const collect = async <T>(items: AsyncIterable<T>): Promise<ReadonlyArray<T>> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export const everything = async (
  store: EventStore,
  after: SettledPosition | 'start' = 'start',
): Promise<ReadonlyArray<RecordedEvent>> =>
  (await collect(store.readAll(after, { pageSize: 7, follow: false }))).flatMap((page) => page.events)

export const history = (store: EventStore, stream: StreamName): Promise<ReadonlyArray<RecordedEvent>> =>
  collect(store.readStream(stream))

export const notes = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<unknown> =>
  events.map((event) =>
    typeof event.data === 'object' && event.data !== null && 'note' in event.data ? event.data.note : event.data,
  )

export const done = (answer: E.Either<AppendError, Appended> | undefined): Appended => {
  if (answer === undefined || E.isLeft(answer)) throw new Error(`the append failed: ${JSON.stringify(answer)}`)
  return answer.right
}

export const appended = async (store: EventStore, append: Append): Promise<Appended> => done(await store.append(append)())

export const refusal = async (store: EventStore, append: Append): Promise<AppendError> => {
  const answer = await store.append(append)()
  if (E.isRight(answer)) throw new Error(`the append went through: ${JSON.stringify(answer)}`)
  return answer.left
}

export const receipt = (key: string, response: unknown = { outcome: 'accepted' }): Receipt => ({
  key,
  fingerprint: `print of ${key}`,
  response,
})
