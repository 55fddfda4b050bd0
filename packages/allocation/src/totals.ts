/**
 * Decisions are taken on ordinary numbers only while every sum they can meet is a whole number below 2⁵³.
 * Weights of a tier are divided by their common divisor first, since only their ratios matter to a decision.
 */
import type { Problem } from '@muster/contracts/allocation/problem'
import { dayNumber } from './calendar.ts'
import type { Violation } from './errors.ts'

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)

export const greatestCommonDivisor = (a: number, b: number): number => {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

/** Per tier, the common divisor of its weights (1 where all are 0). */
export const weightUnits = (
  requirements: ReadonlyArray<{ readonly tier: number; readonly weight: number }>,
): ReadonlyMap<number, number> => {
  const units = new Map<number, number>()
  for (const { tier, weight } of requirements) units.set(tier, greatestCommonDivisor(units.get(tier) ?? 0, weight))
  return new Map([...units].map(([tier, unit]) => [tier, unit === 0 ? 1 : unit]))
}

const days = (window: { readonly from: string; readonly to: string }): number => dayNumber(window.to) - dayNumber(window.from)

/** What would make a sum inexact; empty when every total stays below 2⁵³. */
export const totalsAreExact = (problem: Problem): ReadonlyArray<Violation> => {
  const stock = new Set(problem.capabilities.filter((c) => c.measure === 'stock').map((c) => c.code))
  const units = weightUnits(problem.requirements)
  const tiers = new Map<number, bigint>()
  const violations: Violation[] = []
  for (const [i, r] of problem.requirements.entries()) {
    const length = stock.has(r.capability) ? 1 : days(r)
    const most = BigInt(r.weight / (units.get(r.tier) ?? 1)) * BigInt(r.quantity) * BigInt(length)
    const total = (tiers.get(r.tier) ?? 0n) + most
    if (total > LARGEST)
      violations.push({ pointer: `/requirements/${i}/weight`, message: `tier ${r.tier} adds up to more than 2^53 weighted days` })
    tiers.set(r.tier, total)
  }
  let persons = 0n
  let burden = 0n
  for (const [i, a] of problem.assets.entries()) {
    persons += BigInt(a.copies) * BigInt(Math.max(a.persons, 1))
    burden += BigInt(a.copies) * BigInt(a.burden) * BigInt(stock.has(a.capability) ? 1 : days(problem.horizon))
    if (persons > LARGEST)
      violations.push({ pointer: `/assets/${i}/persons`, message: 'copies and persons add up to more than 2^53' })
    if (burden > LARGEST)
      violations.push({ pointer: `/assets/${i}/burden`, message: 'burden over the horizon adds up to more than 2^53' })
    if (violations.length > 0) break
  }
  return violations
}
