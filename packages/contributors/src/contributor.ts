/**
 * A contributor: a Member State or a regional organisation, the organisations a state belongs to over time, and the figures
 * by which its capacity is measured.
 *
 * Invariants: what is registered as a state stays a state; memberships of one organisation never overlap; a figure is known
 * by what it measures and its year, and the figure adopted last is the one in force.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { ContributorCommand, ContributorEvent } from '@muster/contracts/contributors'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { put, valueAt, type Series } from '@muster/kernel/series'
import type { Day } from '@muster/kernel/time'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type Description = Omit<Of<ContributorCommand, 'RegisterContributor'>, 'type'>
type Figure = Omit<Of<ContributorCommand, 'AdoptCapacityFigure'>, 'type'>
interface Membership {
  readonly organisation: string
  readonly from: Day
  readonly to?: Day | undefined
}

export interface Contributor {
  readonly description: Description | undefined
  readonly memberships: ReadonlyArray<Membership>
  /** By what is measured and the year. */
  readonly figures: Series<Figure> | undefined
}

const figureKey = ({ key, year }: Pick<Figure, 'key' | 'year'>): string => `${key}:${year}`

const evolve = (state: Contributor, event: ContributorEvent): Contributor => {
  switch (event.type) {
    case 'ContributorRegistered':
    case 'ContributorDescribed':
      return { ...state, description: payloadOf(event) }
    case 'ContributorAffiliated': {
      const { organisation, from, to } = event
      return { ...state, memberships: [...state.memberships, { organisation, from, to }] }
    }
    case 'AffiliationEnded':
      return { ...state, memberships: state.memberships.map((m) => (runsOn(m, event) ? { ...m, to: event.on } : m)) }
    case 'CapacityFigureAdopted':
      return { ...state, figures: put(state.figures, figureKey(event), payloadOf(event)) }
  }
}

/** The membership that an end on this day cuts short. */
const runsOn = (m: Membership, end: { readonly organisation: string; readonly on: Day }): boolean =>
  m.organisation === end.organisation && m.from < end.on && (m.to === undefined || end.on < m.to)

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<ContributorEvent>>

const decide = ({ command }: Envelope<ContributorCommand>, state: Contributor): Decision => {
  if (command.type === 'RegisterContributor') return register(command, state)
  if (state.description === undefined) {
    return left(rejected('contributor-not-registered', `Register ${command.contributor} first.`, { pointer: '/contributor' }))
  }
  switch (command.type) {
    case 'AffiliateContributor':
      return affiliate(command, state.description, state.memberships)
    case 'EndAffiliation':
      return endAffiliation(command, state.memberships)
    case 'AdoptCapacityFigure': {
      const figure = payloadOf(command)
      if (same(valueAt(state.figures, figureKey(figure)), figure)) return right([])
      return right([{ ...figure, type: 'CapacityFigureAdopted' }])
    }
  }
}

const register = (command: Of<ContributorCommand, 'RegisterContributor'>, { description }: Contributor): Decision => {
  const wish = payloadOf(command)
  if (wish.neighbours?.includes(wish.contributor)) {
    return left(rejected('neighbour-of-itself', 'A contributor is not its own neighbour.', { pointer: '/neighbours' }))
  }
  if (description === undefined) return right([{ ...wish, type: 'ContributorRegistered' }])
  if (description.kind !== wish.kind) {
    const message = `${wish.contributor} is registered as ${description.kind}; that cannot change.`
    return left(rejected('contributor-kind-fixed', message, { pointer: '/kind', details: { registered: description.kind } }))
  }
  return right(sameDescription(description, wish) ? [] : [{ ...wish, type: 'ContributorDescribed' }])
}

const sameDescription = (a: Description, b: Description): boolean =>
  same({ ...a, neighbours: a.neighbours?.toSorted() }, { ...b, neighbours: b.neighbours?.toSorted() })

const affiliate = (
  command: Of<ContributorCommand, 'AffiliateContributor'>,
  { kind }: Description,
  memberships: ReadonlyArray<Membership>,
): Decision => {
  const { contributor, organisation, from, to } = command
  if (kind === 'organisation') {
    return left(
      rejected('only-states-belong', `${contributor} is an organisation; only states are affiliated.`, {
        pointer: '/contributor',
      }),
    )
  }
  if (organisation === contributor) {
    return left(rejected('affiliated-to-itself', 'A contributor cannot belong to itself.', { pointer: '/organisation' }))
  }
  const overlapping = memberships.find(
    (m) => m.organisation === organisation && (m.to === undefined || from < m.to) && (to === undefined || m.from < to),
  )
  if (overlapping === undefined) return right([{ ...command, type: 'ContributorAffiliated' }])
  if (same(overlapping, { organisation, from, to })) return right([])
  const message = `${contributor} already belongs to ${organisation} from ${overlapping.from}${overlapping.to ? ` to ${overlapping.to}` : ''}.`
  return left(
    rejected('affiliation-overlaps', message, { pointer: '/from', details: { from: overlapping.from, to: overlapping.to } }),
  )
}

const endAffiliation = (command: Of<ContributorCommand, 'EndAffiliation'>, memberships: ReadonlyArray<Membership>): Decision => {
  const { contributor, organisation, on } = command
  if (memberships.some((m) => m.organisation === organisation && m.to === on)) return right([])
  if (memberships.some((m) => runsOn(m, command))) return right([{ ...command, type: 'AffiliationEnded' }])
  const message = `${contributor} is not a member of ${organisation} just before ${on}.`
  return left(rejected('not-affiliated', message, { pointer: '/on' }))
}

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** The organisations a contributor belongs to on one day. */
export const organisationsOn = ({ memberships }: Contributor, day: Day): ReadonlyArray<string> =>
  memberships
    .filter((m) => m.from <= day && (m.to === undefined || day < m.to))
    .map((m) => m.organisation)
    .toSorted()

export const contributor: Decider<ContributorCommand, Contributor, ContributorEvent, Rejection> = {
  initial: { description: undefined, memberships: [], figures: undefined },
  evolve,
  decide,
  isTerminal: () => false,
}
