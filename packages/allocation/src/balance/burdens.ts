/** Who carries what, per dimension: exact fractions for the document, comparable whole numbers for decisions. */
import type { Dimension } from '@muster/contracts/primitives'
import type { Model, Tour } from '../model.ts'

export const DIMENSIONS: ReadonlyArray<Dimension> = ['personnel', 'equipment', 'funding']

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b))

/** Common multiple of the sums of parts: burdens times this are whole numbers. */
export const burdenScale = (model: Model): bigint =>
  model.assets.reduce((scale, { parts }) => {
    const p = BigInt(parts)
    return (scale / divisor(scale, p)) * p
  }, 1n)

/** Burden of a tour before it is divided among parties. */
export const burdenOfTour = (model: Model, tour: Tour): bigint => {
  const asset = model.assets[model.offers[model.pairs.offer[tour.pair] ?? 0]?.asset ?? 0]
  if (asset === undefined) return 0n
  return BigInt(tour.quantity) * BigInt(asset.burden) * BigInt(asset.stock ? 1 : tour.to - tour.from)
}

export interface ExactBurdens {
  /** `own[dimension][contributor]`, times `scale`. */
  readonly own: Readonly<Record<Dimension, ReadonlyArray<bigint>>>
  readonly scale: bigint
}

export const exactBurdens = (model: Model, tours: Iterable<Tour>): ExactBurdens => {
  const scale = burdenScale(model)
  const own: Record<Dimension, bigint[]> = { personnel: [], equipment: [], funding: [] }
  for (const dimension of DIMENSIONS) own[dimension] = model.contributors.map(() => 0n)
  for (const tour of tours) {
    const asset = model.assets[model.offers[model.pairs.offer[tour.pair] ?? 0]?.asset ?? 0]
    const capability = model.capabilities[asset?.capability ?? 0]
    if (asset === undefined || capability === undefined) continue
    const whole = burdenOfTour(model, tour) * (scale / BigInt(asset.parts))
    const list = own[capability.dimension]
    for (const { contributor, part } of asset.parties) list[contributor] = (list[contributor] ?? 0n) + whole * BigInt(part)
  }
  return { own, scale }
}

/** over ÷ under to the nearest whole number, halves up; both non-negative. */
export const nearest = (over: bigint, under: bigint): bigint => (2n * over + under) / (2n * under)

/** (own ÷ Σ own) ÷ (capacity ÷ Σ capacity) to 6 decimals; null where the capacity is 0, 0 where nobody carries anything. */
export const rho = (own: bigint, ownSum: bigint, capacity: bigint, capacitySum: bigint): number | null => {
  if (capacity === 0n) return null
  if (ownSum === 0n) return 0
  return Number(nearest(own * capacitySum * 1_000_000n, ownSum * capacity)) / 1_000_000
}
