/**
 * Capacity of one pledge, day by day: how much of it is free, reserved, deployed and released.
 *
 * Invariants: on every day, pledged = free + reserved + deployed + released, and none of them is negative. They are kept here and
 * nowhere else, so no plan, race or replay can promise the same unit twice.
 *
 * A hold counts on the days of its own window. Stock (money, courses, flight hours) is used up once, so a hold of it counts on all days
 * of the pledge and nothing of what was used comes home.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Of } from '@muster/contracts/message'
import type { PledgeCommand, PledgeEvent } from '@muster/contracts/pledging'
import { lowestFrom, type Change } from '@muster/kernel/balance'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { covers, overlaps, type Day, type Window } from '@muster/kernel/time'

// ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────
/** What a pledge offers: so much on every day of its window (stock: once). */
export interface Offer extends Window {
  readonly quantity: number
  /** What is reserved must be a multiple of it: units do not serve in parts. */
  readonly unitSize: number
  readonly stock: boolean
}

interface Movement {
  readonly kind: 'deployed' | 'freed' | 'released'
  readonly quantity: number
  /** It counts from this day to the end of the hold. */
  readonly on: Day
  readonly reference?: string | undefined
}

/** What one commitment has of a pledge. */
export interface Hold extends Window {
  readonly quantity: number
  readonly movements: ReadonlyArray<Movement>
}
/** By commitment. */
export type Holds = ReadonlyMap<string, Hold>

/** Everything that decides the figures of a day. */
export interface Bookings {
  readonly offer: Offer
  readonly holds: Holds
  /** From this day on, what is not spoken for is no longer on offer. */
  readonly endedOn?: Day | undefined
}

/** In the pledge's own unit. */
export interface CapacityFigures {
  readonly pledged: number
  readonly free: number
  readonly reserved: number
  readonly deployed: number
  readonly released: number
}
export interface Stretch extends Window, CapacityFigures {}

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type CapacityEvent = Of<PledgeEvent, 'CapacityReserved' | 'CapacityDeployed' | 'CapacityFreed' | 'CapacityReleased'>

const kindOf = { CapacityDeployed: 'deployed', CapacityFreed: 'freed', CapacityReleased: 'released' } as const

export const evolveHolds = (holds: Holds, event: CapacityEvent): Holds => {
  if (event.type === 'CapacityReserved') {
    const { commitment, quantity, from, to } = event
    return new Map(holds).set(commitment, { quantity, from, to, movements: [] })
  }
  const hold = holds.get(event.commitment)
  if (hold === undefined) return holds
  const { quantity, on } = event
  const movement: Movement = {
    kind: kindOf[event.type],
    quantity,
    on,
    ...('reference' in event ? { reference: event.reference } : {}),
  }
  return new Map(holds).set(event.commitment, { ...hold, movements: [...hold.movements, movement] })
}

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<CapacityEvent>>

/** Holds capacity for a commitment, once: the same wish again is already so, another one for the same commitment is refused. */
export const reserve = (wish: Of<PledgeCommand, 'ReserveCapacity'>, bookings: Bookings): Decision => {
  const { offer, holds } = bookings
  const held = holds.get(wish.commitment)
  if (held !== undefined) return reservedBefore(wish, held, offer)
  if (wish.from < offer.from || wish.to > offer.to) {
    return refuse('outside-window', `The pledge runs from ${offer.from} to ${offer.to}; reserve within that.`, {
      pointer: wish.from < offer.from ? '/from' : '/to',
      details: { from: offer.from, to: offer.to },
    })
  }
  if (wish.quantity % offer.unitSize !== 0) {
    return refuse('not-whole-units', `Units of ${offer.unitSize} serve together; ask for a multiple of ${offer.unitSize}.`, {
      pointer: '/quantity',
      details: { unitSize: offer.unitSize },
    })
  }
  const { day, free } = tightest(bookings, offer.stock ? offer : wish)
  if (free < wish.quantity) {
    return refuse('not-enough', `Only ${free} is free on ${day}; ask for no more than that, or for other days.`, {
      pointer: '/quantity',
      details: { day, free, asked: wish.quantity },
    })
  }
  const { pledge, commitment, quantity, from, to } = wish
  return right([{ type: 'CapacityReserved', pledge, commitment, quantity, from, to }])
}

const reservedBefore = (wish: Of<PledgeCommand, 'ReserveCapacity'>, held: Hold, offer: Offer): Decision => {
  const { quantity, from, to } = held
  if (!isLive(held, offer)) return endedHold(wish.commitment)
  return quantity === wish.quantity && from === wish.from && to === wish.to
    ? right([])
    : refuse('reserved-otherwise', `${wish.commitment} holds ${quantity} from ${from} to ${to}; release that first.`, {
        details: { quantity, from, to },
      })
}

/**
 * What arrived or was paid. The same reference, or without one the same quantity on the same day, is the same arrival, told twice:
 * several arrivals of one day without references are reported as one.
 */
export const deploy = (wish: Of<PledgeCommand, 'DeployCapacity'>, { offer, holds }: Bookings): Decision => {
  const hold = holds.get(wish.commitment)
  if (hold === undefined) return noSuchHold(wish.commitment)
  if (hasMoved(hold, wish, 'deployed')) return right([])
  if (hold.movements.some(({ reference }) => reference !== undefined && reference === wish.reference)) {
    return refuse('deployed-otherwise', `${wish.reference} is recorded with other figures; give another reference.`, {
      pointer: '/reference',
    })
  }
  if (!isLive(hold, offer)) return endedHold(wish.commitment)
  if (!offer.stock && !covers(hold, wish.on)) {
    return refuse(
      'outside-window',
      `${wish.commitment} holds capacity from ${hold.from} to ${hold.to}; give a day within that.`,
      {
        pointer: '/on',
        details: { from: hold.from, to: hold.to },
      },
    )
  }
  const reserved = waiting(hold)
  return wish.quantity > reserved
    ? refuse('more-than-reserved', `Only ${reserved} is still reserved for ${wish.commitment}; deploy no more than that.`, {
        pointer: '/quantity',
        details: { reserved },
      })
    : right([{ ...wish, type: 'CapacityDeployed' }])
}

/**
 * Ends a hold if there is one, or with a quantity a part of it: of what is deployed, as long as anything is, else of what is still reserved. The same
 * quantity on the same day is the same wish, told twice.
 */
export const release = (wish: Of<PledgeCommand, 'ReleaseCapacity'>, { offer, holds }: Bookings): Decision => {
  const { pledge, commitment, on } = wish
  const hold = holds.get(commitment)
  const part = wish.quantity
  if (hold === undefined) return part === undefined ? right([]) : noSuchHold(commitment)
  if (part === undefined && !isLive(hold, offer)) return right([])
  if (part !== undefined && hasMoved(hold, { quantity: part, on }, 'freed', 'released')) return right([])
  if (!isLive(hold, offer)) return endedHold(commitment)

  const reserved = waiting(hold)
  const deployed = offer.stock ? 0 : away(hold)
  const released = part === undefined ? deployed : deployed > 0 ? part : 0
  const freed = part === undefined ? reserved : part - released
  const lowest = lowestFrom(deployments(hold), on)
  if (released > 0 && lowest.balance < released) {
    const message = `Only ${lowest.balance} of ${commitment} is deployed on ${lowest.day}; release no more, or on a later day.`
    return refuse('more-than-deployed', message, {
      pointer: part === undefined ? '/on' : '/quantity',
      details: { day: lowest.day, deployed: lowest.balance },
    })
  }
  if (freed > reserved) {
    return refuse('more-than-reserved', `Only ${reserved} is still reserved for ${commitment}; free no more than that.`, {
      pointer: '/quantity',
      details: { reserved },
    })
  }
  const events: CapacityEvent[] = []
  if (released > 0) events.push({ type: 'CapacityReleased', pledge, commitment, quantity: released, on })
  if (freed > 0) events.push({ type: 'CapacityFreed', pledge, commitment, quantity: freed, on })
  return right(events)
}

const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))
const noSuchHold = (commitment: string): Decision =>
  refuse('no-such-hold', `Nothing is reserved for ${commitment}; reserve it first.`, { pointer: '/commitment' })
const endedHold = (commitment: string): Decision =>
  refuse('hold-ended', `The hold of ${commitment} has ended; use a new commitment.`, { pointer: '/commitment' })

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Commitments for which something is still reserved or deployed, in the order in which they came. */
export const liveHolds = ({ offer, holds }: Bookings): ReadonlyArray<string> =>
  [...holds].filter(([, hold]) => isLive(hold, offer)).map(([commitment]) => commitment)

/** The figures of one day; outside the pledge's window all are zero. */
export const figuresOn = ({ offer, holds, endedOn }: Bookings, day: Day): CapacityFigures => {
  let used = NOTHING
  for (const hold of holds.values()) if (covers(extent(hold, offer), day)) used = sum(used, usedBy(hold, day, offer))
  return figures(covers(offer, day) ? offer.quantity : 0, used, endedOn !== undefined && day >= endedOn)
}

/** The whole window of the pledge, cut where a figure changes. */
export const stretchesOf = ({ offer, holds, endedOn }: Bookings): ReadonlyArray<Stretch> => {
  const steps = new Map<Day, Step>()
  const step = (day: Day, pledged: number, used: Used): void => {
    const before = steps.get(day) ?? { pledged: 0, used: NOTHING }
    steps.set(day, { pledged: before.pledged + pledged, used: sum(before.used, used) })
  }
  step(offer.from, offer.quantity, NOTHING)
  step(offer.to, -offer.quantity, NOTHING)
  if (endedOn !== undefined) step(endedOn, 0, NOTHING)
  for (const hold of holds.values()) {
    const { from, to } = extent(hold, offer)
    let before = NOTHING
    for (const day of [from, ...hold.movements.map(({ on }) => on).toSorted()]) {
      if (day < from || day >= to) continue
      const now = usedBy(hold, day, offer)
      step(day, 0, difference(now, before))
      before = now
    }
    step(to, 0, difference(NOTHING, before))
  }
  return join(steps, endedOn)
}

/** The day of the window with the least free quantity, the first of several. */
export const tightest = (bookings: Bookings, window: Window): { readonly day: Day; readonly free: number } => {
  let day = window.from
  let free = Number.POSITIVE_INFINITY
  for (const stretch of stretchesOf(bookings)) {
    if (!overlaps(stretch, window) || stretch.free >= free) continue
    free = stretch.free
    day = stretch.from > window.from ? stretch.from : window.from
  }
  return { day, free: Number.isFinite(free) ? free : 0 }
}

// ── Day by day ───────────────────────────────────────────────────────────────────────────────────────────────
interface Used {
  readonly reserved: number
  readonly deployed: number
  readonly released: number
}
interface Step {
  readonly pledged: number
  readonly used: Used
}
const NOTHING: Used = { reserved: 0, deployed: 0, released: 0 }

const sum = (a: Used, b: Used): Used => ({
  reserved: a.reserved + b.reserved,
  deployed: a.deployed + b.deployed,
  released: a.released + b.released,
})
const difference = (a: Used, b: Used): Used => ({
  reserved: a.reserved - b.reserved,
  deployed: a.deployed - b.deployed,
  released: a.released - b.released,
})
const total = ({ reserved, deployed, released }: Used): number => reserved + deployed + released

const figures = (offered: number, used: Used, ended: boolean): CapacityFigures => {
  const pledged = ended ? total(used) : offered
  return { pledged, free: pledged - total(used), ...used }
}

const join = (steps: ReadonlyMap<Day, Step>, endedOn: Day | undefined): ReadonlyArray<Stretch> => {
  const days = [...steps.keys()].toSorted()
  const stretches: Stretch[] = []
  let offered = 0
  let used = NOTHING
  for (const [index, from] of days.entries()) {
    const step = steps.get(from)
    const to = days[index + 1]
    if (step === undefined || to === undefined) continue
    offered += step.pledged
    used = sum(used, step.used)
    if (offered === 0 && total(used) === 0) continue
    const now = figures(offered, used, endedOn !== undefined && from >= endedOn)
    const last = stretches.at(-1)
    if (last?.to === from && sameFigures(last, now)) stretches[stretches.length - 1] = { ...last, to }
    else stretches.push({ from, to, ...now })
  }
  return stretches
}

const sameFigures = (a: CapacityFigures, b: CapacityFigures): boolean =>
  a.pledged === b.pledged && a.reserved === b.reserved && a.deployed === b.deployed && a.released === b.released

/** What a hold takes on a day within its extent. Stock that was given back is free on every day, as if it had never been held. */
const usedBy = (hold: Hold, day: Day, { stock }: Offer): Used => {
  const deployed = moved(hold, 'deployed', day)
  const released = moved(hold, 'released', day)
  const freed = moved(hold, 'freed', stock ? undefined : day)
  return { reserved: hold.quantity - deployed - freed, deployed: deployed - released, released }
}

const moved = ({ movements }: Hold, kind: Movement['kind'], until?: Day): number =>
  movements.reduce((sum, m) => (m.kind === kind && (until === undefined || m.on <= until) ? sum + m.quantity : sum), 0)

const extent = (hold: Hold, offer: Offer): Window => (offer.stock ? offer : hold)

/** Reserved and neither deployed nor freed, whatever the day. */
const waiting = (hold: Hold): number => hold.quantity - moved(hold, 'deployed') - moved(hold, 'freed')
/** Deployed and not yet home. */
const away = (hold: Hold): number => moved(hold, 'deployed') - moved(hold, 'released')
const isLive = (hold: Hold, { stock }: Offer): boolean => waiting(hold) > 0 || (!stock && away(hold) > 0)

const deployments = ({ movements }: Hold): ReadonlyArray<Change> =>
  movements.flatMap(({ kind, quantity, on }) => (kind === 'freed' ? [] : { on, by: kind === 'deployed' ? quantity : -quantity }))

type Told = Pick<Movement, 'quantity' | 'on' | 'reference'>
const hasMoved = (hold: Hold, { quantity, on, reference }: Told, ...kinds: Movement['kind'][]): boolean =>
  hold.movements.some((m) => kinds.includes(m.kind) && m.quantity === quantity && m.on === on && m.reference === reference)
