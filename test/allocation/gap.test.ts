import { loadRuntime, solveInteger } from '@muster/allocation-highs/runtime'
import { SparseModel } from '@muster/allocation-highs/sparse-model'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test, vi } from 'vitest'
import { seeded } from '../bench/allocation/random.ts'
import { C515_1, gapOf, type Gap } from './gap.ts'

/** Generous: these run beside everything else on the same cores. */
vi.setConfig({ testTimeout: 240_000 })

/** The least or greatest cost the exact backend finds, recomputed from the assignment it names. */
const optimum = async (gap: Gap, sense: 'least' | 'greatest', presolve: 'on' | 'off'): Promise<number> => {
  const model = new SparseModel()
  const sign = sense === 'least' ? -1 : 1
  const agents = gap.capacity.map((capacity, i) => model.row(0, capacity, () => `agent${i}`))
  const jobs = Array.from({ length: gap.jobs }, (_, j) => model.row(1, 1, () => `job${j}`))
  const costs: number[] = []
  for (const [i, agent] of agents.entries()) {
    for (const [j, job] of jobs.entries()) {
      const cost = gap.cost[i]?.[j] ?? 0
      const entries = [[agent, gap.use[i]?.[j] ?? 0] as const, [job, 1] as const]
      model.column({ cost: sign * cost, upper: 1, integer: true, entries, name: () => `x${i}_${j}` })
      costs.push(cost)
    }
  }
  const answer = solveInteger(await loadRuntime(), model, { nodeLimit: 100_000, presolve })
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  const { values, bound } = answer.right
  const cost = costs.reduce((sum, one, c) => sum + one * Math.round(values[c] ?? 0), 0)
  // Costs are whole numbers: a bound less than one away proves the optimum.
  expect(Math.abs(sign * bound - cost)).toBeLessThan(1)
  return cost
}

test('the published optima of c515-1', async () => {
  expect(await optimum(C515_1, 'least', 'on')).toBe(261)
  expect(await optimum(C515_1, 'greatest', 'on')).toBe(336)
})

describe('presolve on and off agree on the harder types', () => {
  test.each(['C', 'D', 'E'] as const)('type %s', async (type) => {
    const gap = gapOf(type, 5, 15, seeded(type.charCodeAt(0)))
    const value = await optimum(gap, 'least', 'on')
    expect(value).toBeGreaterThan(0)
    expect(await optimum(gap, 'least', 'off')).toBe(value)
  })
})
