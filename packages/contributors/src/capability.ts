/**
 * One entry of the capability catalogue.
 *
 * Invariant: what a quantity of it means — dimension, measure, unit — never changes, because pledges and requirements are
 * already counted in it. Everything else can be revised.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { CapabilityCommand, CapabilityEvent } from '@muster/contracts/contributors'
import { payloadOf } from '@muster/contracts/message'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type Entry = Omit<CapabilityCommand, 'type'>

export interface Capability {
  readonly entry: Entry | undefined
}

const evolve = (_: Capability, event: CapabilityEvent): Capability => ({ entry: payloadOf(event) })

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
const meaning = ['dimension', 'measure', 'unit'] as const

const decide = (
  { command }: Envelope<CapabilityCommand>,
  { entry }: Capability,
): Either<Rejection, ReadonlyArray<CapabilityEvent>> => {
  const wish = payloadOf(command)
  if (entry === undefined) return right([{ ...wish, type: 'CapabilityDefined' }])
  const changed = meaning.find((field) => entry[field] !== wish[field])
  if (changed !== undefined) {
    const message = `The ${changed} of ${wish.capability} is ${entry[changed]} and cannot change; define another capability.`
    return left(rejected('capability-meaning-fixed', message, { pointer: `/${changed}`, details: { defined: entry[changed] } }))
  }
  return right(same(entry, wish) ? [] : [{ ...wish, type: 'CapabilityRevised' }])
}

export const capability: Decider<CapabilityCommand, Capability, CapabilityEvent, Rejection> = {
  initial: { entry: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
