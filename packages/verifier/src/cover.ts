/** Counted cover of every requirement: what is present, up to what is asked, on the days on which everything it needs is covered too. */
import { mapValues, profile, zip, type Piece } from './days.ts'
import type { Model, Requirement, Tour } from './model.ts'

/** Standing: counted cover as pieces that tile the requirement's window. Stock: one total over the whole plan. */
export type Cover =
  | { readonly kind: 'standing'; readonly pieces: ReadonlyArray<Piece> }
  | { readonly kind: 'stock'; readonly total: number }

export type Covers = ReadonlyMap<string, Cover>

export const coverOf = ({ requirements }: Model, tours: ReadonlyArray<Tour>): Covers => {
  const toursOf = Map.groupBy(tours, ({ requirement }) => requirement)
  const covers = new Map([...requirements].map(([id, r]): [string, Cover] => [id, present(r, toursOf.get(r) ?? [])]))
  dropUnsupported(requirements, covers)
  return covers
}

const present = (requirement: Requirement, tours: ReadonlyArray<Tour>): Cover => {
  const { quantity, counts } = requirement.record
  // One row can never count for more than is asked, so capping it first keeps the sums inside whole numbers.
  const unitsOf = (tour: Tour): number =>
    Math.min(quantity, counts === 'persons' ? tour.quantity * tour.offer.asset.record.persons : tour.quantity)
  if (requirement.isStock)
    return {
      kind: 'stock',
      total: Math.min(
        quantity,
        tours.reduce((sum, tour) => sum + unitsOf(tour), 0),
      ),
    }
  const spans = tours.map((tour) => ({ from: tour.from, to: tour.to, quantity: unitsOf(tour) }))
  return { kind: 'standing', pieces: mapValues(profile(spans, requirement), (value) => Math.min(quantity, value)) }
}

/**
 * The greatest fixpoint of `needs`: cover is taken away where something needed has none, until nothing changes.
 * A stock line has no days: as a need it counts when it has any cover at all, and it counts itself when every need has some.
 */
const dropUnsupported = (requirements: Model['requirements'], covers: Map<string, Cover>): void => {
  const dependants = new Map<string, string[]>()
  for (const [id, { record }] of requirements) {
    for (const need of record.needs) dependants.set(need, [...(dependants.get(need) ?? []), id])
  }
  const queue = [...new Set([...dependants.values()].flat())]
  const queued = new Set(queue)
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    queued.delete(id)
    const before = covers.get(id)
    const requirement = requirements.get(id)
    if (before === undefined || requirement === undefined) continue
    const after = requirement.record.needs.reduce((cover, need) => supported(cover, requirement, covers.get(need)), before)
    if (!hasShrunk(before, after)) continue
    covers.set(id, after)
    for (const dependant of dependants.get(id) ?? []) {
      if (queued.has(dependant)) continue
      queued.add(dependant)
      queue.push(dependant)
    }
  }
}

const supported = (cover: Cover, requirement: Requirement, need: Cover | undefined): Cover => {
  if (need === undefined) return cover
  if (cover.kind === 'stock') return hasAny(need) ? cover : { kind: 'stock', total: 0 }
  if (need.kind === 'stock') return hasAny(need) ? cover : { kind: 'standing', pieces: mapValues(cover.pieces, () => 0) }
  const needed = profile(
    need.pieces.map(({ from, to, value }) => ({ from, to, quantity: value })),
    requirement,
  )
  return { kind: 'standing', pieces: zip(cover.pieces, needed, (own, other) => (other > 0 ? own : 0)) }
}

const hasAny = (cover: Cover): boolean => (cover.kind === 'stock' ? cover.total > 0 : cover.pieces.some(({ value }) => value > 0))

const hasShrunk = (before: Cover, after: Cover): boolean => amount(after) < amount(before)

/** Cover × days; exact, since it only has to tell less from equal: sums of 10⁹ over five years of days stay below 2⁵³. */
const amount = (cover: Cover): number =>
  cover.kind === 'stock' ? cover.total : cover.pieces.reduce((sum, { from, to, value }) => sum + value * (to - from), 0)

/** Σ cover × days, or the stock used, exactly. */
export const coverDays = (cover: Cover): bigint =>
  cover.kind === 'stock'
    ? BigInt(cover.total)
    : cover.pieces.reduce((sum, { from, to, value }) => sum + BigInt(value) * BigInt(to - from), 0n)
