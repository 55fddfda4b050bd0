/** Relative burdens of contributors, as exact fractions: who carries how much of their share, and which of two plans is fairer. */
import type { Dimension } from '@muster/contracts/primitives'
import type { Tour } from '@muster/allocation/model'
import type { View } from '@muster/allocation/search/view'
import { burdenKey } from '@muster/allocation/solver-port'

export interface Elsewhere {
  /** Whole numbers that parts of joint assets divide into; burdens are stated times this. */
  readonly scale: bigint
  /** By `burdenKey`. */
  readonly burdens: ReadonlyMap<string, bigint>
}

/** A contributor that can carry burden in the component, in one dimension; those without capacity have no relative burden. */
export interface Bearer {
  readonly key: string
  readonly contributor: number
  readonly dimension: Dimension
  readonly capacity: bigint
}

export const bearersOf = (view: View): ReadonlyArray<Bearer> => {
  const bearers = new Map<string, Bearer>()
  for (const a of new Set(view.asset)) {
    const dimension = dimensionOf(view, a)
    for (const { contributor } of view.assets[a]?.parties ?? []) {
      const capacity = view.model.contributors[contributor]?.capacity[dimension] ?? 0
      const key = burdenKey(contributor, dimension)
      if (capacity > 0) bearers.set(key, { key, contributor, dimension, capacity: BigInt(capacity) })
    }
  }
  return [...bearers.values()].toSorted((a, b) => a.contributor - b.contributor || (a.dimension < b.dimension ? -1 : 1))
}

export const dimensionOf = (view: View, asset: number): Dimension =>
  view.model.capabilities[view.assets[asset]?.capability ?? 0]?.dimension ?? 'personnel'

/** What every bearer carries in all, times `scale`. */
export const carriedBy = (view: View, elsewhere: Elsewhere, tours: ReadonlyArray<Tour>): ReadonlyMap<string, bigint> => {
  const carried = new Map(elsewhere.burdens)
  for (const { pair, quantity, from, to } of tours) {
    const a = view.asset[pair] ?? 0
    const asset = view.assets[a]
    if (asset === undefined) continue
    const days = asset.stock ? 1 : to - from
    const whole = (BigInt(quantity) * BigInt(asset.burden) * BigInt(days) * elsewhere.scale) / BigInt(asset.parts)
    for (const { contributor, part } of asset.parties) {
      const key = burdenKey(contributor, dimensionOf(view, a))
      carried.set(key, (carried.get(key) ?? 0n) + whole * BigInt(part))
    }
  }
  return carried
}

/** own ÷ yardstick: burdens of different dimensions are compared by the sums of one plan, so that the yardstick stands still. */
export interface Yardstick {
  readonly bearers: ReadonlyArray<Bearer>
  /** Per bearer: capacity × Σ carried of the dimension; relative burden = carried × Σ capacity ÷ this. */
  readonly share: ReadonlyMap<string, { readonly over: bigint; readonly under: bigint }>
}

export const yardstickOf = (view: View, carried: ReadonlyMap<string, bigint>): Yardstick => {
  const bearers = bearersOf(view)
  const share = new Map(
    bearers.map(({ key, dimension, capacity }) => {
      let sum = 0n
      let capacities = 0n
      for (const [c, { capacity: all }] of view.model.contributors.entries()) {
        sum += carried.get(burdenKey(c, dimension)) ?? 0n
        capacities += BigInt(all[dimension])
      }
      return [key, { over: capacities, under: capacity * (sum === 0n ? 1n : sum) }]
    }),
  )
  return { bearers, share }
}

/** Negative when the first is fairer: worst relative burdens compared first, exactly. */
export const compareFairness = (
  { bearers, share }: Yardstick,
  a: ReadonlyMap<string, bigint>,
  b: ReadonlyMap<string, bigint>,
): number => {
  const ranked = (carried: ReadonlyMap<string, bigint>) =>
    bearers
      .map(({ key }) => {
        const { over, under } = share.get(key) ?? { over: 0n, under: 1n }
        return { over: (carried.get(key) ?? 0n) * over, under }
      })
      .toSorted((x, y) => sign(y.over * x.under - x.over * y.under))
  const [first, second] = [ranked(a), ranked(b)]
  for (const [i, x] of first.entries()) {
    const y = second[i] ?? { over: 0n, under: 1n }
    const difference = sign(x.over * y.under - y.over * x.under)
    if (difference !== 0) return difference
  }
  return 0
}

const sign = (x: bigint): number => (x < 0n ? -1 : x > 0n ? 1 : 0)

/** carried × over ÷ under, for the solver only; never for a decision. */
export const approximate = ({ share }: Yardstick, key: string, carried: bigint): number => {
  const { over, under } = share.get(key) ?? { over: 0n, under: 1n }
  return Number((carried * over * 1_000_000_000n) / under) / 1e9
}
