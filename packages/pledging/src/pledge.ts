/**
 * A pledge: what a contributor offers, under which conditions, and how much of it is spoken for.
 *
 * Life: submitted → acknowledged → accepted | returned with reasons; a returned pledge is submitted again by amending it. It ends
 * withdrawn or expired, and then refuses everything but the wish that ended it.
 *
 * Invariants: nothing is edited, an amendment is a new version and the earlier ones are kept; no version offers less than is spoken for
 * on any day; a pledge does not end while a commitment still holds some of it (a contributor first declines the proposal, or has the
 * commitment cancelled or its unit sent home).
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { ownersOf } from '@muster/contracts/label'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { Caveat, PledgeCommand, PledgeEvent, PledgeTerms } from '@muster/contracts/pledging'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { implausibleDay, notYet } from '@muster/kernel/plausible'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { dayOfInstant, type Day } from '@muster/kernel/time'
import { amend } from './amendment.ts'
import { deploy, figuresOn, release, reserve, stretchesOf, type CapacityFigures, type Stretch } from './capacity.ts'
import { unfitFor } from './fitness.ts'
import {
  bookingsOf,
  caveatsOf,
  evolve,
  holdersOf,
  isOver,
  leadsOf,
  validUntilOf,
  type Pledge,
  type Registered,
} from './record.ts'
import {
  contradiction,
  firstValidity,
  MOST_CAVEATS,
  nextValidity,
  readinessOf,
  selfDefeating,
  slowAtRapidLevel,
  unsoundValidity,
  unsoundWindow,
} from './terms.ts'

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<PledgeEvent>>
type Moment = Pick<Envelope<PledgeCommand>, 'at' | 'effectiveOn'>

const decide = (envelope: Envelope<PledgeCommand>, { registered: now }: Pledge): Decision => {
  const { command } = envelope
  if (command.type === 'SubmitPledge') return submit(command, envelope, now)
  if (now === undefined) {
    return refuse('unknown-pledge', `There is no pledge ${command.pledge}; submit it first.`, { pointer: '/pledge' })
  }
  if (isOver(now)) return afterTheEnd(command, now)
  const fault = unsoundMoment(command, envelope) ?? notTheLead(envelope, now)
  if (fault !== undefined) return left(fault)
  const { pledge } = command
  switch (command.type) {
    case 'AcknowledgePledge':
      return right(now.standing.status === 'submitted' ? [{ type: 'PledgeAcknowledged', pledge }] : [])
    case 'AcceptPledge':
      return accept(pledge, now.standing)
    case 'ReturnPledge':
      return giveBack(command, now.standing)
    case 'AmendPledge':
      return amend(command, envelope, now)
    case 'AssessReadiness':
      return assess(command, now)
    case 'DeclareCaveat':
      return declare(command, now)
    case 'LiftCaveat':
      return right(declares(now, command.caveat) ? [{ ...command, type: 'PledgeCaveatLifted' }] : [])
    case 'RenewPledge':
      return renew(command, envelope, now)
    case 'ExpirePledge':
      return expire(command, envelope, now)
    case 'WithdrawPledge':
      return spokenFor(now) ?? right([{ ...command, type: 'PledgeWithdrawn', on: envelope.effectiveOn }])
    case 'ReserveCapacity':
      return unfitToReserve(now, envelope) ?? reserve(command, bookingsOf(now))
    case 'DeployCapacity':
      return deploy(command, bookingsOf(now))
    case 'ReleaseCapacity':
      return release(command, bookingsOf(now))
  }
}

const submit = (command: Of<PledgeCommand, 'SubmitPledge'>, moment: Moment, now: Registered | undefined): Decision => {
  const { pledge, ...wish } = payloadOf(command)
  if (pledge === undefined) return refuse('pledge-without-id', 'Name the pledge.', { pointer: '/pledge' })
  if (now !== undefined) return submittedBefore(wish, now)
  const terms: PledgeTerms = { ...wish, validUntil: wish.validUntil ?? firstValidity(moment.effectiveOn) }
  const fault =
    unsoundWindow(terms, moment) ??
    unsoundValidity(terms.validUntil ?? terms.to, moment) ??
    contradiction(pledge, terms) ??
    selfDefeating(terms)
  return fault === undefined ? right([{ ...terms, type: 'PledgeSubmitted', pledge }]) : left(fault)
}

/** The first report again, or the pledge as it stands now: already so. Whoever means something else amends it or takes another id. */
const submittedBefore = (wish: PledgeTerms, now: Registered): Decision => {
  if (isOver(now)) return over(now)
  const asBefore = (before: PledgeTerms): boolean => same({ ...wish, validUntil: wish.validUntil ?? before.validUntil }, before)
  return asBefore(now.submitted) || asBefore(now.terms)
    ? right([])
    : refuse('pledge-exists', `${now.id} is pledged with other terms; amend it, or submit under another id.`, {
        pointer: '/pledge',
      })
}

/** Accepting acknowledges what was not yet acknowledged. */
const accept = (pledge: string, { status }: Registered['standing']): Decision => {
  if (status === 'accepted') return right([])
  if (status === 'returned')
    return refuse('pledge-returned', 'It was returned; it can be accepted once its contributor has amended it.')
  const accepted: PledgeEvent = { type: 'PledgeAccepted', pledge }
  return right(status === 'submitted' ? [{ type: 'PledgeAcknowledged', pledge }, accepted] : [accepted])
}

const giveBack = (command: Of<PledgeCommand, 'ReturnPledge'>, standing: Registered['standing']): Decision => {
  if (standing.status === 'accepted')
    return refuse('pledge-accepted', 'It is accepted; ask its contributor to amend or withdraw it.')
  if (standing.status === 'returned') {
    return same(standing.reasons, command.reasons)
      ? right([])
      : refuse('pledge-returned', 'It was returned for other reasons; wait for the amendment.', {
          details: { reasons: standing.reasons },
        })
  }
  const returned: PledgeEvent = { ...command, type: 'PledgeReturned' }
  return right(standing.status === 'submitted' ? [{ type: 'PledgeAcknowledged', pledge: command.pledge }, returned] : [returned])
}

/** After a visit: the level that was found. An older visit says nothing about today. */
const assess = (command: Of<PledgeCommand, 'AssessReadiness'>, now: Registered): Decision => {
  if (now.standing.status !== 'accepted') return notAccepted()
  const level = readinessOf(now.terms)
  if (command.level === level) return right([])
  if (now.lastVisit !== undefined && command.on < now.lastVisit) {
    return refuse('older-visit', `A visit on ${now.lastVisit} found level ${level}; give the result of a later one.`, {
      pointer: '/on',
      details: { lastVisit: now.lastVisit },
    })
  }
  const slow = slowAtRapidLevel({ ...now.terms, readiness: command.level }, '/level')
  if (slow !== undefined) return left(slow)
  return right([{ ...command, type: command.level > level ? 'PledgeReadinessRaised' : 'PledgeReadinessLowered' }])
}

const declare = (command: Of<PledgeCommand, 'DeclareCaveat'>, now: Registered): Decision => {
  if (declares(now, command.caveat)) return right([])
  return caveatsOf(now).length < MOST_CAVEATS
    ? right([{ ...command, type: 'PledgeCaveatDeclared' }])
    : refuse('too-many-caveats', `It has ${MOST_CAVEATS} caveats; lift or merge some.`, { pointer: '/caveat' })
}

const declares = (now: Registered, caveat: Caveat): boolean => caveatsOf(now).some((declared) => same(declared, caveat))

/** Lets the pledge stand longer, at most six months beyond its validity, or beyond today where that is over already. */
const renew = (command: Of<PledgeCommand, 'RenewPledge'>, moment: Moment, now: Registered): Decision => {
  const current = validUntilOf(now)
  const { effectiveOn } = moment
  const validUntil = command.validUntil ?? nextValidity(effectiveOn)
  if (validUntil === current || (command.validUntil === undefined && validUntil < current)) return right([])
  const fault = unsoundValidity(validUntil, moment)
  if (fault !== undefined) return left(fault)
  if (validUntil < current) {
    return refuse('validity-not-extended', `It is valid until ${current}; amend it to shorten that.`, {
      pointer: '/validUntil',
      details: { validUntil: current },
    })
  }
  const latest = nextValidity(current > effectiveOn ? current : effectiveOn)
  return validUntil > latest
    ? refuse('renewal-too-long', `A renewal is for six months; renew until ${latest} at most.`, {
        pointer: '/validUntil',
        details: { latest },
      })
    : right([{ type: 'PledgeRenewed', pledge: command.pledge, validUntil }])
}

/** Expiry states what has come to pass: it looks at the moment of the command, whatever the day on which it claims to take effect. */
const expire = (command: Of<PledgeCommand, 'ExpirePledge'>, { at }: Moment, now: Registered): Decision => {
  const validUntil = validUntilOf(now)
  if (command.on < validUntil) {
    return refuse('not-yet-expired', `It is valid until ${validUntil}.`, { pointer: '/on', details: { validUntil } })
  }
  const early = notYet(command.on, { at, effectiveOn: dayOfInstant(at) })
  if (early !== undefined) return left(early)
  return spokenFor(now) ?? right([{ ...command, type: 'PledgeExpired' }])
}

const spokenFor = (now: Registered): Decision | undefined => {
  const commitments = holdersOf(now)
  return commitments.length === 0
    ? undefined
    : refuse(
        'capacity-spoken-for',
        `Commitments hold some of it: ${commitments.join(', ')}; decline, cancel or end them first.`,
        {
          details: { commitments },
        },
      )
}

/** New holds need an accepted pledge that still stands; what is held already may be repeated, deployed and released. */
const unfitToReserve = (now: Registered, { command, effectiveOn }: Envelope<PledgeCommand>): Decision | undefined => {
  if (command.type === 'ReserveCapacity' && now.holds.has(command.commitment)) return undefined
  if (now.standing.status !== 'accepted') return notAccepted()
  const validUntil = validUntilOf(now)
  if (validUntil <= effectiveOn) {
    return refuse('pledge-not-renewed', `It was valid until ${validUntil}; its contributor has to renew it first.`, {
      details: { validUntil },
    })
  }
  const fault = command.type === 'ReserveCapacity' ? unfitFor(command, now.terms) : undefined
  return fault === undefined ? undefined : left(fault)
}

const afterTheEnd = (command: PledgeCommand, now: Registered): Decision => {
  const { standing } = now
  const again =
    (command.type === 'WithdrawPledge' && standing.status === 'withdrawn' && command.reason === standing.reason) ||
    (command.type === 'ExpirePledge' && standing.status === 'expired' && command.on === standing.on)
  return again ? right([]) : over(now)
}

const over = ({ id, standing: { status } }: Registered): Decision =>
  refuse(`pledge-${status}`, `${id} is ${status} and stays so; submit a new pledge under another id.`)

/** Visits have taken place, and no day lies beyond what can be meant. */
const unsoundMoment = (command: PledgeCommand, moment: Moment): Rejection | undefined => {
  if (!('on' in command)) return undefined
  return (
    (command.type === 'AssessReadiness' ? notYet(command.on, moment) : undefined) ?? implausibleDay(command.on, moment.at, '/on')
  )
}

const LEADS_ONLY: ReadonlySet<PledgeCommand['type']> = new Set(['AmendPledge', 'RenewPledge', 'LiftCaveat', 'WithdrawPledge'])

/** A party may declare caveats; what binds the others too is for the contributor and the lead. */
const notTheLead = ({ actor, command }: Envelope<PledgeCommand>, now: Registered): Rejection | undefined => {
  const leads = leadsOf(now)
  return actor.role === 'nation' && LEADS_ONLY.has(command.type) && !leads.includes(actor.contributor ?? '')
    ? rejected('not-the-lead', `Only ${leads.join(' or ')} can do that with this joint pledge.`)
    : undefined
}

const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))
const notAccepted = (): Decision => refuse('pledge-not-accepted', 'It is not accepted yet; accept it first.')

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Whose pledge it is: the contributor first, then the other parties of a joint pledge. */
export const owners = ({ registered }: Pledge): ReadonlyArray<string> =>
  registered === undefined ? [] : ownersOf(registered.terms)

const NO_CAPACITY: CapacityFigures = { pledged: 0, free: 0, reserved: 0, deployed: 0, released: 0 }

/** The figures of one day, in the pledge's own unit (money: minor units): pledged = free + reserved + deployed + released. */
export const capacityOn = ({ registered }: Pledge, day: Day): CapacityFigures =>
  registered === undefined ? NO_CAPACITY : figuresOn(bookingsOf(registered), day)

/** The same for the whole window at once: stretches `[from, to)` in order, one for each change of a figure. */
export const capacityStretches = ({ registered }: Pledge): ReadonlyArray<Stretch> =>
  registered === undefined ? [] : stretchesOf(bookingsOf(registered))

export const pledge: Decider<PledgeCommand, Pledge, PledgeEvent, Rejection> = {
  initial: { registered: undefined },
  evolve,
  decide,
  isTerminal: ({ registered }) => registered !== undefined && isOver(registered),
}
