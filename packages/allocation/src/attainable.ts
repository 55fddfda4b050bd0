/**
 * Lines counted in persons are served by whole copies, so presence jumps: with battalions of 850, 2000 persons asked are 1700 or
 * 2550 present, never 2000. What lies between is no plan, and a bound need not allow for it.
 */
import type { View } from './search/view.ts'

/** The largest sum of whole copies not above what a line asks, and the smallest not below; equal when it is met exactly. */
export interface Attainable {
  readonly below: number
  /** Infinite when all copies together do not reach what is asked. */
  readonly above: number
}

/** Sums are looked at one by one up to here; beyond it the line is taken as divisible, which is still a bound. */
const LARGEST_ASKED = 100_000

/** Per local line. */
export const attainableOf = (view: View): ReadonlyArray<Attainable> => {
  const sizes = view.lines.map(() => new Map<number, Map<number, number>>())
  for (const [p, l] of view.line.entries()) {
    const asset = view.asset[p] ?? 0
    const ofSize = sizes[l]?.get(view.units[p] ?? 1) ?? new Map<number, number>()
    ofSize.set(asset, view.assets[asset]?.copies ?? 0)
    sizes[l]?.set(view.units[p] ?? 1, ofSize)
  }
  return view.lines.map((line, l) => {
    const divisible = { below: line.quantity, above: line.quantity }
    if (!line.persons || line.stock || line.quantity > LARGEST_ASKED) return divisible
    const copies = [...(sizes[l] ?? [])].map(([size, assets]) => ({ size, copies: sum(assets.values()) }))
    return nearestSums(
      line.quantity,
      copies.filter(({ size }) => size > 0),
    )
  })
}

/** Sizes may repeat; copies of one size are alike. */
export const nearestSums = (
  asked: number,
  sizes: ReadonlyArray<{ readonly size: number; readonly copies: number }>,
): Attainable => {
  // Sums below what is asked grow size by size; the smallest sum above is one of them and a last copy of the size at hand.
  const reached = new Uint8Array(asked + 1)
  reached[0] = 1
  let above = Number.POSITIVE_INFINITY
  for (const { size, copies } of sizes) {
    const used = new Float64Array(asked + 1).fill(Number.POSITIVE_INFINITY)
    for (let s = 0; s <= asked; s += 1) {
      if (reached[s] === 1) used[s] = 0
      else if (s >= size && (used[s - size] ?? 0) < copies) {
        used[s] = (used[s - size] ?? 0) + 1
        reached[s] = 1
      }
    }
    for (let s = Math.max(0, asked - size); s <= asked; s += 1)
      if (reached[s] === 1 && (used[s] ?? 0) < copies && s + size >= asked) above = Math.min(above, s + size)
  }
  return { below: reached.lastIndexOf(1), above: reached[asked] === 1 ? asked : above }
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0
  for (const number of numbers) total += number
  return total
}
