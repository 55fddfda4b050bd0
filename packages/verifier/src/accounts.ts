/** Nothing goes missing: uncovered adds up to exactly what is not covered, unused to exactly what stays idle. */
import type { Plan } from '@muster/contracts/allocation/plan'
import type { Covers } from './cover.ts'
import {
  common,
  dayNumber,
  isEmpty,
  mapValues,
  profile,
  textOf,
  within,
  zip,
  type Piece,
  type Span,
  type Window,
} from './days.ts'
import { finding, type Finding } from './finding.ts'
import type { Model, Offer, Requirement, Tour } from './model.ts'

interface Entry extends Span {
  readonly index: number
}

const entriesBy = <K extends string>(
  rows: ReadonlyArray<Record<K, string> & { from: string; to: string; quantity: number }>,
  key: K,
) =>
  Map.groupBy(
    rows.map((row, index) => ({ index, id: row[key], from: dayNumber(row.from), to: dayNumber(row.to), quantity: row.quantity })),
    ({ id }) => id,
  )

/** The first stretch on which the entries do not add up to what is expected. */
const difference = (expected: ReadonlyArray<Piece>, entries: ReadonlyArray<Entry>, window: Window): Piece | undefined =>
  zip(expected, profile(entries, window), (should, is) => is - should).find(({ value }) => value !== 0)

const outside = (entries: ReadonlyArray<Entry>, window: Window): Entry | undefined =>
  entries.find((entry) => isEmpty(entry) || !within(entry, window))

export const uncoveredFindings = (model: Model, covers: Covers, stated: Plan['uncovered']): ReadonlyArray<Finding> => {
  const entriesOf = entriesBy(stated, 'requirement')
  const findings: Finding[] = []
  for (const [id, entries] of entriesOf) {
    if (!model.requirements.has(id))
      findings.push(finding('UNKNOWN_REFERENCE', `/uncovered/${entries[0]?.index}`, `${id} is not in the problem`))
  }
  for (const [id, requirement] of model.requirements) {
    findings.push(...uncoveredOf(requirement, covers, entriesOf.get(id) ?? []))
  }
  return findings
}

const uncoveredOf = (requirement: Requirement, covers: Covers, entries: ReadonlyArray<Entry>): ReadonlyArray<Finding> => {
  const { id, quantity } = requirement.record
  const astray = outside(entries, requirement)
  if (astray !== undefined)
    return [finding('UNCOVERED', `/uncovered/${astray.index}`, `${textOf(astray)} is not in the window of ${id}`)]
  const cover = covers.get(id)
  if (cover === undefined) return []
  if (cover.kind === 'stock') {
    const said = entries.reduce((sum, entry) => sum + entry.quantity, 0)
    return said === quantity - cover.total
      ? []
      : [finding('UNCOVERED', '/uncovered', `${quantity - cover.total} of stock line ${id} are uncovered, the plan says ${said}`)]
  }
  const missing = mapValues(cover.pieces, (value) => quantity - value)
  const off = difference(missing, entries, requirement)
  return off === undefined
    ? []
    : [finding('UNCOVERED', '/uncovered', `the uncovered quantities of ${id} are off by ${off.value} in ${textOf(off)}`)]
}

/**
 * Idle stretches of every offer: on each day of its window inside the horizon, the copies of its asset that the offer itself does
 * not use (stock: over the whole plan). Days beyond the horizon are nobody's plan; entries there may only say that all copies idle.
 */
export const unusedFindings = (model: Model, tours: ReadonlyArray<Tour>, stated: Plan['unused']): ReadonlyArray<Finding> => {
  const entriesOf = entriesBy(stated, 'offer')
  const toursOf = Map.groupBy(tours, ({ offer }) => offer)
  const findings: Finding[] = []
  for (const [id, entries] of entriesOf) {
    if (!model.offers.has(id))
      findings.push(finding('UNKNOWN_REFERENCE', `/unused/${entries[0]?.index}`, `${id} is not in the problem`))
  }
  for (const [id, offer] of model.offers) {
    findings.push(...unusedOf(offer, model.horizon, toursOf.get(offer) ?? [], entriesOf.get(id) ?? []))
  }
  return findings
}

const unusedOf = (
  offer: Offer,
  horizon: Window,
  tours: ReadonlyArray<Tour>,
  entries: ReadonlyArray<Entry>,
): ReadonlyArray<Finding> => {
  const { id } = offer.record
  const { copies } = offer.asset.record
  const astray = outside(entries, offer)
  if (astray !== undefined)
    return [finding('UNUSED', `/unused/${astray.index}`, `${textOf(astray)} is not in the window of ${id}`)]
  const window = common(offer, horizon)
  if (isEmpty(window)) return []
  if (offer.asset.isStock) {
    const used = tours.reduce((sum, { quantity }) => sum + quantity, 0)
    const said = entries.reduce((sum, { quantity }) => sum + quantity, 0)
    return said === copies - used
      ? []
      : [finding('UNUSED', '/unused', `${copies - used} of stock offer ${id} stay unused, the plan says ${said}`)]
  }
  const idle = mapValues(profile(tours, window), (used) => copies - used)
  const off = difference(idle, entries, window)
  return off === undefined
    ? []
    : [finding('UNUSED', '/unused', `the idle copies of ${id} are off by ${off.value} in ${textOf(off)}`)]
}
