/**
 * A burden policy: keys of capacity, weights, band and thresholds, in force from a day.
 *
 * Invariant: an adopted policy never changes, since plans and flags cite it; another policy is adopted under another id.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { PolicyCommand, PolicyEvent, PolicyTerms } from '@muster/contracts/contributors'
import type { Dimension } from '@muster/contracts/primitives'
import { payloadOf } from '@muster/contracts/message'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type Adopted = Omit<PolicyCommand, 'type'>

export interface Policy {
  readonly adopted: Adopted | undefined
}

const evolve = (_: Policy, event: PolicyEvent): Policy => ({ adopted: payloadOf(event) })

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
const decide = ({ command }: Envelope<PolicyCommand>, { adopted }: Policy): Either<Rejection, ReadonlyArray<PolicyEvent>> => {
  const wish = payloadOf(command)
  if (adopted !== undefined) {
    if (same(adopted, wish)) return right([])
    const message = `Policy ${wish.policy} is in force as adopted from ${adopted.from}; adopt the new terms under another id.`
    return left(rejected('policy-already-adopted', message, { pointer: '/policy' }))
  }
  const fault = contradiction(wish.terms)
  return fault === undefined ? right([{ ...wish, type: 'PolicyAdopted' }]) : left(fault)
}

const dimensions: ReadonlyArray<Dimension> = ['personnel', 'equipment', 'funding']
/** Thresholds that are parts of a whole; the others may exceed it. */
const partsOfWhole = [
  'top1Permille',
  'top5Permille',
  'hhiPermille',
  'giniPermille',
  'cliffPermille',
  'filledPermille',
  'womenTroopsPermille',
  'womenExpertsPermille',
  'womenFormedPolicePermille',
  'womenIndividualPolicePermille',
] as const

const contradiction = ({ keys, weights, band, thresholds }: PolicyTerms): Rejection | undefined => {
  const circular = dimensions.find((dimension) => keys[dimension] === 'policy')
  if (circular !== undefined) {
    const message = `The key of ${circular} must name a measure of capacity, not the policy itself.`
    return rejected('policy-names-itself', message, { pointer: `/terms/keys/${circular}` })
  }
  if (dimensions.every((dimension) => weights[dimension] === 0)) {
    return rejected('weights-all-zero', 'At least one dimension needs a weight.', { pointer: '/terms/weights' })
  }
  if (band.lowPermille > 1000 || band.highPermille < 1000) {
    const message = 'The band must hold a fair share: its lower end at most 1000, its upper end at least 1000.'
    return rejected('band-without-fair-share', message, { pointer: '/terms/band' })
  }
  const excessive = partsOfWhole.find((name) => thresholds[name] > 1000)
  if (excessive !== undefined) {
    const message = `${excessive} is a part of a whole and cannot exceed 1000.`
    return rejected('threshold-above-whole', message, { pointer: `/terms/thresholds/${excessive}` })
  }
  if (thresholds.top1Permille > thresholds.top5Permille) {
    const message = 'One contributor cannot be allowed more than five together.'
    return rejected('top1-above-top5', message, { pointer: '/terms/thresholds/top1Permille' })
  }
  return undefined
}

export const policy: Decider<PolicyCommand, Policy, PolicyEvent, Rejection> = {
  initial: { adopted: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
