/** Synthetic problems folded from the log: everything that is accepted against one requirement of one mission. */
import * as E from 'fp-ts/lib/Either.js'
import { allocateNow } from '@muster/allocation/allocate'
import type { Plan } from '@muster/contracts/allocation/plan'
import { Problem } from '@muster/contracts/allocation/problem'
import type { RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import type { Folded, PlannerDeps, PlanRequest } from '../../../services/allocator/src/planner.ts'
import { CAPABILITY, MISSION, NEEDED, REQUIREMENT, WINDOW } from './words.ts'

const upTo = async (store: EventStore, position: number): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: RecordedEvent[] = []
  for await (const page of store.readAll('start', { pageSize: 1_000, follow: false })) {
    events.push(...page.events.filter((event) => event.position <= position))
  }
  return events
}

const field = (data: unknown, name: string): unknown =>
  typeof data === 'object' && data !== null ? Object.entries(data).find(([key]) => key === name)?.[1] : undefined

const textIn = (data: unknown, name: string): string => String(field(data, name))

/** Accepted pledges that still stand, with their quantity and contributor. */
const offersIn = (
  events: ReadonlyArray<RecordedEvent>,
): ReadonlyMap<string, { readonly contributor: string; readonly copies: number }> => {
  const terms = new Map<string, { readonly contributor: string; readonly copies: number }>()
  const accepted = new Set<string>()
  for (const { type, data } of events) {
    const pledge = textIn(data, 'pledge')
    if (type === 'PledgeSubmitted' || type === 'PledgeAmended') {
      const given = type === 'PledgeAmended' ? field(data, 'terms') : data
      terms.set(pledge, { contributor: textIn(given, 'contributor'), copies: Number(field(given, 'quantity')) })
    }
    if (type === 'PledgeAccepted') accepted.add(pledge)
    if (type === 'PledgeWithdrawn') accepted.delete(pledge)
  }
  return new Map([...terms].filter(([pledge]) => accepted.has(pledge)))
}

export const problemIn = async (
  store: EventStore,
  { from, to }: PlanRequest,
  position: number,
): Promise<E.Either<string, Folded>> => {
  const offers = [...offersIn(await upTo(store, position))]
  if (offers.length === 0) return E.left('Nothing is pledged yet.')
  const problem = Problem.parse({
    format: 'muster.problem/1',
    horizon: { from, to },
    decidedAt: '2027-01-10',
    capabilities: [{ code: CAPABILITY, dimension: 'personnel', measure: 'standing' }],
    contributors: [...new Set(offers.map(([, { contributor }]) => contributor))].map((id) => ({
      id,
      capacity: { personnel: 100 },
    })),
    missions: [{ id: MISSION, refuses: [], ceilings: [] }],
    requirements: [
      { id: REQUIREMENT, mission: MISSION, capability: CAPABILITY, tier: 1, weight: 1, quantity: NEEDED, ...WINDOW },
    ],
    assets: offers.map(([id, { contributor, copies }]) => ({ id, contributor, capability: CAPABILITY, copies })),
    offers: offers.map(([id]) => ({ id, asset: id, ...WINDOW })),
  })
  return E.right({ problem, policy: 'synthetic' })
}

/** The optimiser is a pure function; many runs meet the same small problems. */
const solved = new Map<string, E.Either<{ readonly _tag: string }, Plan>>()

export const solve: PlannerDeps['solve'] = async (problem) => {
  const key = JSON.stringify(problem)
  const known = solved.get(key) ?? allocateNow(problem)
  solved.set(key, known)
  return known
}

/** Plans approved before a position and not superseded by then. */
export const approvedBefore = async (store: EventStore, position: number): Promise<ReadonlyArray<string>> => {
  const standing = new Set<string>()
  for (const { type, data } of await upTo(store, position - 1)) {
    if (type === 'PlanApproved') standing.add(textIn(data, 'plan'))
    if (type === 'PlanSuperseded') standing.delete(textIn(data, 'plan'))
  }
  return [...standing]
}
