/** Checkpoints of process managers and a small read model, as a database keeps them: compare-and-set, and they outlive every process. */
import * as E from 'fp-ts/lib/Either.js'
import type { StreamName } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import type { ReactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { NEXT, type DeliveryError, type Subscriber, type Wanted } from '@muster/subscription/delivery'
import type { Process } from './process.ts'

export interface Kept {
  position: number
}

const away = (): never => {
  throw new Error('the database is away')
}

export const checkpointFor = ({ call }: Process, name: string, kept: Kept): ReactorCheckpoint => ({
  position: () => call({ port: `checkpoint ${name}`, effect: async () => kept.position, lost: away }),
  move: (from, to) =>
    call({
      port: `move ${name}`,
      writes: true,
      effect: async () => {
        if (kept.position !== from) return E.left(kept.position)
        kept.position = to
        return E.right(undefined)
      },
      lost: away,
    }),
})

/** The ids of every stream's events in the order in which they were taken, with the checkpoint in the same transaction. */
export interface Register extends Kept {
  readonly rows: Map<StreamName, string[]>
}

/** `refuses` says why a stream cannot be taken now. */
export const registerFor = (
  { call }: Process,
  register: Register,
  refuses: (stream: StreamName) => string | undefined,
): Subscriber => ({
  checkpoint: () => call({ port: 'checkpoint register', effect: async () => E.right(settledAt(register.position)), lost: away }),
  deliver:
    ({ spans, after, through }) =>
    () =>
      call<E.Either<DeliveryError, Wanted>>({
        port: 'write rows',
        writes: true,
        late: 'never',
        effect: async () => {
          if (register.position !== after) return E.left({ _tag: 'Superseded', found: settledAt(register.position) })
          for (const { stream } of spans) {
            const reason = refuses(stream)
            if (reason !== undefined) return E.left({ _tag: 'SpanFailed', stream, reason })
          }
          for (const { stream, events } of spans) {
            register.rows.set(stream, [...(register.rows.get(stream) ?? []), ...events.map(({ id }) => id)])
          }
          register.position = through
          return E.right(NEXT)
        },
        lost: () => E.left({ _tag: 'Unavailable', reason: 'the database is away' }),
      }),
})
