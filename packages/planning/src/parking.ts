/**
 * The parked streams of one subscription. The subscription parks a stream that it cannot handle; an officer releases it when its cause is
 * mended. Only what is parked can be released.
 */
import { left, right } from 'fp-ts/lib/Either.js'
import type { SubscriptionCommand, SubscriptionEvent } from '@muster/contracts/planning'
import type { Decider } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'

export interface Parking {
  readonly parked: ReadonlySet<string>
  /** Released, and not parked since: releasing again is already so. */
  readonly released: ReadonlySet<string>
}

const without = (set: ReadonlySet<string>, item: string): ReadonlySet<string> => new Set([...set].filter((each) => each !== item))

export const parking: Decider<SubscriptionCommand, Parking, SubscriptionEvent, Rejection> = {
  initial: { parked: new Set(), released: new Set() },
  evolve: ({ parked, released }, { type, stream }) =>
    type === 'StreamParked'
      ? { parked: new Set(parked).add(stream), released: without(released, stream) }
      : { parked: without(parked, stream), released: new Set(released).add(stream) },
  decide: ({ command: { subscription, stream } }, { parked, released }) => {
    if (parked.has(stream)) return right([{ type: 'StreamReleased', subscription, stream }])
    if (released.has(stream)) return right([])
    return left(
      rejected('stream-not-parked', `${subscription} has not parked ${stream}; /readyz names what it has.`, {
        pointer: '/stream',
      }),
    )
  },
  isTerminal: () => false,
}
