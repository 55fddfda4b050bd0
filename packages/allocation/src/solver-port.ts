/**
 * The port to an exact solver. The engine has a complete lawful plan before it asks and believes nothing it is told:
 * tours are examined against every rule with integers, and a bound is recomputed from the prices alone.
 *
 * The mathematics a backend solves, per component and tier k (values in units of `Line.weight`):
 *
 *     max Σ_{r in tier k} weight_r · Σ_t y_rt
 *     y_rt ≤ quantity_r                               more may be present; it is no cover
 *     y_rt ≤ Σ_pairs units_p · present_pt             units_p = persons of a copy, or 1
 *     Σ_{pairs of asset a} present_pt ≤ copies_a      every day (stock: Σ of used units ≤ copies_a)
 *     present_p is a sum of tours of at least `pairs.tour[p]` days inside the pair's window
 *     Σ_{r in tier j} … ≥ floor_j                     for each earlier tier j < k
 *     ceilings, maxPercent, maxMissionsPerContributor, needs
 */
import type { Component, Model, Tour } from './model.ts'

/** Presence prices of a line: constant on `[from, to)`, zero elsewhere. `price` is a whole number of grains (`Prices.grain`). */
export interface PresencePrice {
  readonly line: number
  readonly from: number
  readonly to: number
  readonly price: number
}

/** What a copy present under a ceiling costs per day, in grains, on `[from, to)`. */
export interface CeilingPrice {
  readonly ceiling: number
  readonly from: number
  readonly to: number
  readonly price: number
}

/**
 * Prices from which anyone can recompute a bound on tier k without a solver. With π = presence prices, κ = ceiling
 * prices, θ_j = `floors[j]` for the tiers before (all non-negative, in grains; θ_k = `grain`), v_rt = θ_tier(r) · weight_r:
 *
 *     bound = Σ_rt quantity_r · max(0, v_rt − π_rt) + Σ_a copies_a · bestPath_a(units·π − κ) + Σ κ·ceiling − Σ_j θ_j·floor_j
 *
 * `bestPath_a` is the best sequence of tours one copy of the asset can serve. Stock lines count as one day. On lines counted in
 * persons the first term is the best over what whole copies can add up to (`attainable.ts`), which is never more.
 */
export interface Prices {
  readonly tier: number
  /** Grains in one unit of weight: prices of later tiers are rarely whole in sixteenths, and rounding them loosens the bound. */
  readonly grain: number
  readonly presence: ReadonlyArray<PresencePrice>
  readonly ceilings: ReadonlyArray<CeilingPrice>
  readonly floors: ReadonlyArray<number>
}

export interface CoverageRequest {
  readonly model: Model
  readonly component: Component
  /** A lawful plan of the component to start from. */
  readonly start: ReadonlyArray<Tour>
  /** Per tier: what is proved already, with every tier before at its own bound. Where the start has as much there is nothing to solve. */
  readonly bound: ReadonlyArray<number>
  /** How often the days of a model may be refined where its relaxation is not tight yet. */
  readonly rounds: number
  /** Branch-and-bound nodes per solve; never a time. */
  readonly nodeLimit: number
}

export interface CoverageAnswer {
  readonly tours: ReadonlyArray<Tour>
  /** At most one entry per tier, ascending; tiers without prices keep the engine's own bound. */
  readonly prices: ReadonlyArray<Prices>
}

/** What contributors carry outside the component, and what they can: the balance stage adds the two. */
export interface BalanceRequest {
  readonly model: Model
  readonly component: Component
  readonly start: ReadonlyArray<Tour>
  /** Cover that must not shrink: per line, step functions of covered quantity (persons where the line counts persons). */
  readonly locked: ReadonlyArray<{ readonly line: number; readonly from: number; readonly to: number; readonly quantity: number }>
  /** Burden each contributor carries in other components, per dimension of the component's assets, by contributor index. */
  readonly elsewhere: ReadonlyMap<string, bigint>
  /** How many levels to settle exactly before the engine's exchanges go on. */
  readonly levels: number
  readonly nodeLimit: number
}

export interface ExactBackend {
  /** Named in the plan: `highs 1.15.3`. */
  readonly name: string
  /** Whether the backend takes on a component of this size; must depend on the model alone. */
  readonly accepts: (model: Model, component: Component) => boolean
  /** Best coverage, tier by tier; undefined when it found nothing within its limits. */
  readonly solveCoverage: (request: CoverageRequest) => Promise<CoverageAnswer | undefined>
  /** Tours with the coverage locked from below and the worst relative burdens as small as they can be. */
  readonly balanceLevels: (request: BalanceRequest) => Promise<ReadonlyArray<Tour> | undefined>
}

/** Key of `BalanceRequest.elsewhere`: burden is judged per dimension. Values are scaled by `burdenScale(model)`. */
export const burdenKey = (contributor: number, dimension: string): string => `${contributor}/${dimension}`
