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

/** A contributor that can carry burden in the component, in one dimension. */
export interface Bearer {
  readonly key: string
  readonly contributor: number
  readonly dimension: Dimension
  /** 1 for those without capacity, who are compared by what they carry alone. */
  readonly capacity: bigint
  /** Without capacity nothing is a fair share: whatever such a bearer carries is worse than what any other does. */
  readonly isAble: boolean
}

export const bearersOf = (view: View): ReadonlyArray<Bearer> => {
  const bearers = new Map<string, Bearer>()
  for (const a of new Set(view.asset)) {
    const dimension = dimensionOf(view, a)
    for (const { contributor } of view.assets[a]?.parties ?? []) {
      const capacity = view.model.contributors[contributor]?.capacity[dimension] ?? 0
      const key = burdenKey(contributor, dimension)
      bearers.set(key, { key, contributor, dimension, capacity: BigInt(Math.max(1, capacity)), isAble: capacity > 0 })
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
      return [key, { over: capacities === 0n ? 1n : capacities, under: capacity * (sum === 0n ? 1n : sum) }]
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
      .map(({ key, isAble }) => {
        const { over, under } = share.get(key) ?? { over: 0n, under: 1n }
        const own = carried.get(key) ?? 0n
        return { isAble: isAble || own === 0n, over: own * over, under }
      })
      .toSorted((x, y) => -compareShares(x, y))
  const [first, second] = [ranked(a), ranked(b)]
  for (const [i, x] of first.entries()) {
    const difference = compareShares(x, second[i] ?? { isAble: true, over: 0n, under: 1n })
    if (difference !== 0) return difference
  }
  return 0
}

interface Share {
  readonly isAble: boolean
  readonly over: bigint
  readonly under: bigint
}

const compareShares = (x: Share, y: Share): number =>
  x.isAble === y.isAble ? sign(x.over * y.under - y.over * x.under) : x.isAble ? -1 : 1

const sign = (x: bigint): number => (x < 0n ? -1 : x > 0n ? 1 : 0)

/** carried × over ÷ under, for the solver only; never for a decision. */
export const approximate = ({ share }: Yardstick, key: string, carried: bigint): number => {
  const { over, under } = share.get(key) ?? { over: 0n, under: 1n }
  return Number((carried * over * 1_000_000_000n) / under) / 1e9
}
