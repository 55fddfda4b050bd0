/**
 * From tours on classes of identical pledges to the rows of the plan: what is drawn from a class is dealt out to its
 * members, copy by copy, so that no copy is in two places. Rows of the published plan are dealt to the same offers again.
 */
import type { Assignment, Problem } from '@muster/contracts/allocation/problem'
import { dayOf } from './calendar.ts'
import type { Model, Offer, Tour } from './model.ts'
import { compareText } from './order.ts'
import { Steps } from './search/steps.ts'

export const rowsOf = (model: Model, tours: ReadonlyArray<Tour>, published: Problem['published']): ReadonlyArray<Assignment> => {
  const rows: Assignment[] = []
  const shared = new Map<number, Tour[]>()
  for (const tour of tours) {
    const o = model.pairs.offer[tour.pair] ?? 0
    const offer = model.offers[o]
    if (offer === undefined) continue
    if (offer.members.length > 1) {
      const list = shared.get(o)
      if (list) list.push(tour)
      else shared.set(o, [tour])
    } else rows.push(row(model, tour, offer.id, tour.quantity))
  }
  if (shared.size > 0) {
    const before = new Set(published.map(rowKey))
    for (const [o, list] of shared) {
      const offer = model.offers[o]
      if (offer !== undefined) for (const one of dealt(model, offer, list, before)) rows.push(one)
    }
  }
  return merged(rows)
}

const row = (model: Model, tour: Tour, offer: string, quantity: number): Assignment => ({
  offer,
  requirement: model.lines[model.pairs.line[tour.pair] ?? 0]?.id ?? '',
  quantity,
  from: dayOf(tour.from),
  to: dayOf(tour.to),
})

const rowKey = (r: Pick<Assignment, 'offer' | 'requirement' | 'from' | 'to'>): string =>
  JSON.stringify([r.offer, r.requirement, r.from, r.to])

interface MemberState {
  readonly offer: string
  readonly copies: number
  readonly away: Steps
  used: number
}

/**
 * Tours are dealt in order of their first day. A copy that is free at that day is free for the whole tour, because every
 * tour dealt before began earlier: first fit never fails as long as the class as a whole is not overdrawn.
 */
const dealt = (
  model: Model,
  offer: Offer,
  tours: ReadonlyArray<Tour>,
  before: ReadonlySet<string>,
): ReadonlyArray<Assignment> => {
  const stock = model.assets[offer.asset]?.stock ?? false
  const members = offer.members.map((m): MemberState => ({ ...m, away: new Steps(), used: 0 }))
  const rows: Assignment[] = []
  let firstOpen = 0
  for (const tour of tours.toSorted((a, b) => a.from - b.from || a.pair - b.pair || a.to - b.to)) {
    let left = tour.quantity
    const free = (m: MemberState): number => m.copies - (stock ? m.used : m.away.most(tour.from, tour.to))
    const give = (m: MemberState, most: number): void => {
      const quantity = Math.min(most, free(m))
      if (quantity <= 0) return
      m.used += quantity
      if (!stock) m.away.add(tour.from, tour.to, quantity)
      rows.push(row(model, tour, m.offer, quantity))
      left -= quantity
    }
    if (before.size > 0) for (const m of members) if (left > 0 && before.has(rowKey(row(model, tour, m.offer, 1)))) give(m, left)
    while (
      stock &&
      firstOpen < members.length &&
      free(members[firstOpen] ?? { offer: '', copies: 0, away: new Steps(), used: 0 }) === 0
    )
      firstOpen += 1
    for (let i = firstOpen; i < members.length && left > 0; i += 1) {
      const member = members[i]
      if (member !== undefined) give(member, left)
    }
  }
  return rows
}

/** The order of the document: requirement, from, offer, to. */
export const compareRows = (a: Assignment, b: Assignment): number =>
  compareText(a.requirement, b.requirement) ||
  compareText(a.from, b.from) ||
  compareText(a.offer, b.offer) ||
  compareText(a.to, b.to)

/** Rows that differ only in quantity become one; the order is that of the document. */
const merged = (rows: ReadonlyArray<Assignment>): ReadonlyArray<Assignment> => {
  const sorted = rows.toSorted(compareRows)
  const result: Assignment[] = []
  for (const next of sorted) {
    const last = result.at(-1)
    if (last !== undefined && compareRows(last, next) === 0)
      result[result.length - 1] = { ...last, quantity: last.quantity + next.quantity }
    else result.push(next)
  }
  return result
}
