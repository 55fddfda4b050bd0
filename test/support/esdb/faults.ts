/** What can be made to go wrong with the calls that reach the double. */

export type Call =
  | { readonly _tag: 'Append'; readonly stream: string }
  | { readonly _tag: 'Read'; readonly stream: string; readonly subscription: boolean }

export type Fault =
  /** The node takes no part in writing; the leader is named, as a follower does it. */
  | { readonly _tag: 'NotLeader'; readonly host: string; readonly port: number }
  /** The connection to the call is lost; an append may have been written before, a read breaks off after some events. */
  | { readonly _tag: 'Unavailable'; readonly written?: boolean; readonly afterEvents?: number }
  /** Nothing comes any more, though the connection lives. */
  | { readonly _tag: 'Silent'; readonly written?: boolean; readonly afterEvents?: number }
  /** Acknowledges an append without saying where it lies, as a server may when the append is a repeat. */
  | { readonly _tag: 'Placeless' }
  /** The server ends its side as if all had been said. */
  | { readonly _tag: 'HalfClosed'; readonly afterEvents: number }
  /** The answer waits; so does the write itself, unless `written`. */
  | { readonly _tag: 'Late'; readonly until: Promise<void>; readonly written?: boolean }

export interface Faults {
  /** The next so many calls that match meet with the fault; Infinity for all until `clear`. */
  readonly add: (matches: (call: Call) => boolean, fault: Fault, times?: number) => void
  /** Decides for every call that nothing planned matches. */
  readonly scheme: (decide: (call: Call) => Fault | undefined) => void
  readonly clear: () => void
  readonly meet: (call: Call) => Fault | undefined
}

export const appends = (call: Call): boolean => call._tag === 'Append'
export const reads = (call: Call): boolean => call._tag === 'Read' && !call.subscription
export const subscriptions = (call: Call): boolean => call._tag === 'Read' && call.subscription

export const createFaults = (): Faults => {
  let planned: Array<{ readonly matches: (call: Call) => boolean; readonly fault: Fault; left: number }> = []
  let decide: (call: Call) => Fault | undefined = () => undefined
  return {
    scheme: (next) => {
      decide = next
    },
    add: (matches, fault, times = 1) => {
      planned.push({ matches, fault, left: times })
    },
    clear: () => {
      planned = []
      decide = () => undefined
    },
    meet: (call) => {
      const met = planned.find(({ matches, left }) => left > 0 && matches(call))
      if (!met) return decide(call)
      met.left -= 1
      return met.fault
    },
  }
}
