/** Tier values and burdens, computed again from the assignments and compared with what the plan states. */
import type { Plan } from '@muster/contracts/allocation/plan'
import { coverDays, type Covers } from './cover.ts'
import { daysOf } from './days.ts'
import { finding, type Finding } from './finding.ts'
import { add, fraction, isNearest, roundings, ZERO, type Fraction } from './fraction.ts'
import type { Dimension, Model, Tour } from './model.ts'

/** Σ weight × counted cover × days of every tier of the problem (stock: × 1). */
export const tierValues = ({ requirements }: Model, covers: Covers): ReadonlyMap<number, bigint> => {
  const values = new Map<number, bigint>()
  for (const [id, { record }] of requirements) {
    const cover = covers.get(id)
    const gain = cover === undefined ? 0n : BigInt(record.weight) * coverDays(cover)
    values.set(record.tier, (values.get(record.tier) ?? 0n) + gain)
  }
  return values
}

export const tierFindings = (model: Model, covers: Covers, stated: Plan['tiers']): ReadonlyArray<Finding> => {
  const values = tierValues(model, covers)
  const expected = [...values.keys()].toSorted((a, b) => a - b)
  const listed = stated.map(({ tier }) => tier)
  const findings: Finding[] = []
  if (listed.join(',') !== expected.join(',')) {
    findings.push(finding('TIER_LIST', '/tiers', `the tiers are ${expected.join(', ')}, the plan lists ${listed.join(', ')}`))
  }
  stated.forEach(({ tier, value, bound }, i) => {
    const real = values.get(tier) ?? 0n
    if (BigInt(value) !== real)
      findings.push(finding('TIER_VALUE', `/tiers/${i}/value`, `tier ${tier} is worth ${real}, the plan says ${value}`))
    if (BigInt(bound) < real)
      findings.push(finding('TIER_BOUND', `/tiers/${i}/bound`, `the bound ${bound} of tier ${tier} is below its value ${real}`))
  })
  return findings
}

const keyOf = (contributor: string, dimension: Dimension): string => `${dimension} ${contributor}`

/** Burden of every contributor per dimension: Σ quantity × burden × days (stock: × 1), a joint asset divided by its parts. */
const ownBurdens = (tours: ReadonlyArray<Tour>): ReadonlyMap<string, Fraction> => {
  const perAsset = new Map<Tour['offer']['asset'], bigint>()
  for (const { offer, quantity, ...window } of tours) {
    const { asset } = offer
    const days = asset.isStock ? 1 : daysOf(window)
    const burden = BigInt(quantity) * BigInt(asset.record.burden) * BigInt(days)
    perAsset.set(asset, (perAsset.get(asset) ?? 0n) + burden)
  }
  const own = new Map<string, Fraction>()
  for (const [{ dimension, parties }, burden] of perAsset) {
    for (const { contributor, part, parts } of parties) {
      const key = keyOf(contributor, dimension)
      own.set(key, add(own.get(key) ?? ZERO, fraction(burden * part, parts)))
    }
  }
  return own
}

export const burdenFindings = (model: Model, tours: ReadonlyArray<Tour>, stated: Plan['burdens']): ReadonlyArray<Finding> => {
  const own = ownBurdens(tours)
  const capacities = new Map<string, bigint>()
  const total = new Map<Dimension, { own: Fraction; capacity: bigint }>()
  const dimensions = [...new Set(model.problem.capabilities.map(({ dimension }) => dimension))]
  for (const dimension of dimensions) {
    const sum = { own: ZERO, capacity: 0n }
    for (const { id, capacity } of model.contributors) {
      const key = keyOf(id, dimension)
      capacities.set(key, BigInt(capacity[dimension] ?? 0))
      sum.capacity += BigInt(capacity[dimension] ?? 0)
      sum.own = add(sum.own, own.get(key) ?? ZERO)
    }
    total.set(dimension, sum)
  }
  const listed = new Set<string>()
  const findings = stated.flatMap((line, i): ReadonlyArray<Finding> => {
    const where = `/burdens/${i}`
    const key = keyOf(line.contributor, line.dimension)
    if (listed.has(key)) return [finding('BURDEN_LIST', where, `${key} is listed twice`)]
    listed.add(key)
    const capacity = capacities.get(key)
    const sum = total.get(line.dimension)
    // A dimension in which the problem has no capability carries no burden; saying so is not wrong.
    if (sum === undefined && line.own === '0' && (line.rho === null || line.rho === 0)) return []
    if (capacity === undefined || sum === undefined) return [finding('BURDEN_LIST', where, `${key} is not in the problem`)]
    return lineFindings(line, where, own.get(key) ?? ZERO, capacity, sum)
  })
  for (const [key, capacity] of capacities) {
    if (listed.has(key) || (capacity === 0n && (own.get(key) ?? ZERO).over === 0n)) continue
    findings.push(finding('BURDEN_LIST', '/burdens', `${key} is missing`))
  }
  return findings
}

const lineFindings = (
  line: Plan['burdens'][number],
  where: string,
  own: Fraction,
  capacity: bigint,
  sum: { readonly own: Fraction; readonly capacity: bigint },
): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  if (!isNearest(BigInt(line.own), own))
    findings.push(finding('BURDEN_OWN', `${where}/own`, `own is ${own.over}/${own.under}, not ${line.own}`))
  if (BigInt(line.capacity) !== capacity)
    findings.push(finding('BURDEN_CAPACITY', `${where}/capacity`, `the capacity is ${capacity}`))
  const rhos = relativeBurden(own, capacity, sum)
  if (!rhos.includes(line.rho))
    findings.push(finding('BURDEN_RHO', `${where}/rho`, `rho is ${rhos.join(' or ')}, not ${line.rho}`))
  return findings
}

/** rho = (own ÷ Σ own) ÷ (capacity ÷ Σ capacity) to 6 decimals; null without capacity, 0 where nobody carries anything. */
const relativeBurden = (
  own: Fraction,
  capacity: bigint,
  sum: { readonly own: Fraction; readonly capacity: bigint },
): ReadonlyArray<number | null> => {
  if (capacity === 0n) return [null]
  if (sum.own.over === 0n) return [0]
  return roundings(fraction(own.over * sum.own.under * sum.capacity, own.under * sum.own.over * capacity), 6)
}
