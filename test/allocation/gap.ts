/**
 * Generalised assignment: each of n jobs to one of m agents, within every agent's capacity. The exact backend is tried on it
 * because optima are published: `c515-1` (gap1 of the OR-Library; Osman, OR Spektrum 17, 1995) and the recipes for the harder
 * types C, D and E (Yagiura, Ibaraki and Glover, INFORMS Journal on Computing 16, 2004) with fixed seeds.
 */
import type { Random } from '../bench/allocation/random.ts'

export interface Gap {
  readonly agents: number
  readonly jobs: number
  /** Cost of job j at agent i. */
  readonly cost: ReadonlyArray<ReadonlyArray<number>>
  /** What job j takes of agent i. */
  readonly use: ReadonlyArray<ReadonlyArray<number>>
  readonly capacity: ReadonlyArray<number>
}

/** Published optima: 261 at least cost, 336 at greatest. */
export const C515_1: Gap = {
  agents: 5,
  jobs: 15,
  cost: [
    [17, 21, 22, 18, 24, 15, 20, 18, 19, 18, 16, 22, 24, 24, 16],
    [23, 16, 21, 16, 17, 16, 19, 25, 18, 21, 17, 15, 25, 17, 24],
    [16, 20, 16, 25, 24, 16, 17, 19, 19, 18, 20, 16, 17, 21, 24],
    [19, 19, 22, 22, 20, 16, 19, 17, 21, 19, 25, 23, 25, 25, 25],
    [18, 19, 15, 15, 21, 25, 16, 16, 23, 15, 22, 17, 19, 22, 24],
  ],
  use: [
    [8, 15, 14, 23, 8, 16, 8, 25, 9, 17, 25, 15, 10, 8, 24],
    [15, 7, 23, 22, 11, 11, 12, 10, 17, 16, 7, 16, 10, 18, 22],
    [21, 20, 6, 22, 24, 10, 24, 9, 21, 14, 11, 14, 11, 19, 16],
    [20, 11, 8, 14, 9, 5, 6, 19, 19, 7, 6, 6, 13, 9, 18],
    [8, 13, 13, 13, 10, 20, 25, 16, 16, 17, 10, 10, 5, 12, 23],
  ],
  capacity: [36, 34, 38, 27, 33],
}

const table = (agents: number, jobs: number, entry: (i: number, j: number) => number): number[][] =>
  Array.from({ length: agents }, (_, i) => Array.from({ length: jobs }, (_, j) => entry(i, j)))
const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, n) => total + n, 0)

/**
 * C: use uniform 5–25, cost uniform 10–50. D: use uniform 1–100, cost 111 − use + uniform −10…10. E: use 1 − 10 ln(uniform),
 * cost 1000 ÷ use − 10 · uniform. Capacity of an agent: 0.8 × the use of all jobs there ÷ agents.
 */
export const gapOf = (type: 'C' | 'D' | 'E', agents: number, jobs: number, random: Random): Gap => {
  const use = table(agents, jobs, () =>
    type === 'C' ? random.whole(5, 25) : type === 'D' ? random.whole(1, 100) : Math.ceil(1 - 10 * Math.log(1 - random.unit())),
  )
  const cost = table(agents, jobs, (i, j) => {
    const taken = use[i]?.[j] ?? 1
    if (type === 'C') return random.whole(10, 50)
    return type === 'D' ? 111 - taken + random.whole(-10, 10) : Math.ceil(1_000 / taken - 10 * random.unit())
  })
  const capacity = use.map((row) => Math.floor((0.8 * sum(row)) / agents))
  return { agents, jobs, cost, use, capacity }
}
