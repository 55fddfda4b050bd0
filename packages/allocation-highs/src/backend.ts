/** The engine's port to an exact solver, on HiGHS in workers. */
import type { Component, Model } from '@muster/allocation/model'
import { burdenScale } from '@muster/allocation/balance/burdens'
import type { BalanceRequest, CoverageRequest, ExactBackend, Prices } from '@muster/allocation/solver-port'
import * as E from 'fp-ts/lib/Either.js'
import type { Lock } from './balance-model.ts'
import { openPool } from './pool.ts'
import type { SolverError } from './runtime.ts'
import { intoSlice, outOfSlice, sliceOf } from '@muster/allocation/parallel/slice'

export interface HighsOptions {
  readonly workers: number
  /**
   * `default`: components that are answered while someone waits; `exact`: everything that fits into the heap of WebAssembly.
   */
  readonly budget: 'default' | 'exact'
  /** Told of every component that HiGHS failed on; the engine's own plan stands there. */
  readonly onFailure?: (component: number, error: SolverError) => void
}

export interface HighsBackend extends ExactBackend {
  readonly close: () => Promise<void>
}

export const HIGHS_VERSION = '1.15.3'

/** In columns as `estimatedColumns` counts them. */
const BUDGETS = { default: 30_000, exact: 400_000 } as const

export const highsBackend = ({ workers, budget, onFailure }: HighsOptions): HighsBackend => {
  const pool = openPool(workers)
  const report = (component: Component, error: SolverError): undefined => {
    onFailure?.(component.index, error)
    return undefined
  }
  return {
    name: `highs ${HIGHS_VERSION}`,
    accepts: (model, component) => estimatedColumns(model, component) <= BUDGETS[budget],
    solveCoverage: async ({ model, component, start, bound, rounds, nodeLimit }: CoverageRequest) => {
      const slice = sliceOf(model, component)
      const result = await pool.run({ kind: 'coverage', slice, start: intoSlice(component, start), bound, rounds, nodeLimit })
      if (E.isLeft(result)) return report(component, result.left)
      const { tours, prices } = result.right
      return { tours: outOfSlice(component, tours), prices: prices.map((own) => inModel(component, own)) }
    },
    balanceLevels: async (request: BalanceRequest) => {
      const { model, component, levels, nodeLimit } = request
      const result = await pool.run({
        kind: 'balance',
        slice: sliceOf(model, component),
        start: intoSlice(component, request.start),
        locked: locksIn(request),
        elsewhere: { scale: burdenScale(model), burdens: request.elsewhere },
        levels,
        nodeLimit,
      })
      if (E.isLeft(result)) return report(component, result.left)
      return outOfSlice(component, result.right.tours)
    },
    close: pool.close,
  }
}

const inModel = (component: Component, { tier, grain, presence, ceilings, floors }: Prices): Prices => ({
  tier,
  grain,
  presence: presence.map((price) => ({ ...price, line: component.lines[price.line] ?? 0 })),
  ceilings: ceilings.map((price) => ({ ...price, ceiling: component.ceilings[price.ceiling] ?? 0 })),
  floors,
})

const locksIn = ({ component, locked }: BalanceRequest): ReadonlyArray<Lock> => {
  const local = new Map(Array.from(component.lines, (l, i) => [l, i]))
  return locked.flatMap((lock) => {
    const line = local.get(lock.line)
    return line === undefined ? [] : [{ ...lock, line }]
  })
}

/**
 * About how many columns the first model of a component has: three per pair and node, and an asset has at most four nodes per
 * pair. Looks at the model alone, so that it never depends on the machine who is asked.
 */
export const estimatedColumns = ({ pairs, offers }: Model, { pairs: own }: Component): number => {
  const edges = new Map<number, Set<number>>()
  const assetOf = (p: number): number => offers[pairs.offer[p] ?? 0]?.asset ?? 0
  for (const p of own) {
    const days = edges.get(assetOf(p)) ?? new Set<number>()
    const [from, to, tour] = [pairs.from[p] ?? 0, pairs.to[p] ?? 0, pairs.tour[p] ?? 1]
    for (const day of [from, to, from + tour, to - tour]) days.add(day)
    edges.set(assetOf(p), days)
  }
  let columns = 0
  for (const p of own) {
    const length = (pairs.to[p] ?? 0) - (pairs.from[p] ?? 0)
    columns += 3 * Math.min(length, edges.get(assetOf(p))?.size ?? 0)
  }
  return columns
}
