/**
 * Leximax levels by linear programmes, the textbook way: minimise the worst burden per capacity, freeze whoever is tight by its
 * dual, repeat. Coverage of every line and month is locked from below. Slow and fractional: a bound to hold the engine's plan against.
 */
import { loadRuntime, modelData, solveInteger } from '@muster/allocation-highs/runtime'
import { SparseModel, type Entry } from '@muster/allocation-highs/sparse-model'
import type { Plan } from '@muster/contracts/allocation/plan'
import { coverOf } from '@muster/verifier/cover'
import { isEligible, servingDays, shortestTour } from '@muster/verifier/lawful'
import { readProblem, readTours, type Model, type Offer, type Requirement } from '@muster/verifier/model'
import * as E from 'fp-ts/lib/Either.js'

const MONTH = 30
const TIGHT = 1e-7

export interface Levels {
  /** Burden ÷ capacity, worst first, as far as asked. */
  readonly levels: ReadonlyArray<number>
  readonly columns: number
  readonly milliseconds: number
}

/** The first levels of the relaxed leximax, at least so many. All windows on the grid of 30-day months, no joint assets. */
export const relaxedLevels = async (document: unknown, plan: Plan, atLeast: number): Promise<Levels> => {
  const read = readProblem(document)
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  const { sparse, worst, nations } = leximaxModel(read.model, plan, 'relaxed')
  const highs = await loadRuntime()
  const { colNames: _columns, rowNames: _rows, integrality: _whole, ...data } = modelData(highs, sparse)
  const began = performance.now()
  const model = highs.createModel(data)
  const levels: number[] = []
  const free = new Map(nations)
  try {
    model.options.set({ output_flag: false, solver: 'ipm' })
    while (levels.length < atLeast && free.size > 0) {
      model.run()
      if (model.getModelStatus() !== highs.constants.modelStatus.optimal)
        throw new Error(`HiGHS: status ${model.getModelStatus()}`)
      const { colValue, rowDual } = model.getSolution()
      const level = colValue[worst] ?? 0
      process.stderr.write(`level ${levels.length + 1}: ${level} after ${Math.round(performance.now() - began)} ms\n`)
      const tight = [...free].filter(([, { row }]) => Math.abs(rowDual[row] ?? 0) > TIGHT)
      if (tight.length === 0 || level <= TIGHT) break
      for (const [id, { row, capacity }] of tight) {
        free.delete(id)
        levels.push(level)
        model.changeCoefficient(row, worst, 0)
        model.changeRowBounds(row, -highs.infinity, level * capacity * (1 + 1e-9))
      }
    }
    return { levels, columns: sparse.columns, milliseconds: performance.now() - began }
  } finally {
    model.dispose()
  }
}

const LEAST_NODES = 2_000

/**
 * Per contributor in this order: the least that it must carry when tours are whole, with the coverage locked and those before
 * it no worse than they are in the plan. Bounds that HiGHS proves: where a plan's k worst carry exactly that, nothing is fairer
 * in its first k levels.
 */
export const leastLevels = async (
  document: unknown,
  plan: Plan,
  worst: ReadonlyArray<{ readonly contributor: string; readonly level: number }>,
): Promise<ReadonlyArray<number>> => {
  const read = readProblem(document)
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  const { sparse, nations, worst: column } = leximaxModel(read.model, plan, 'whole')
  const highs = await loadRuntime()
  for (const { row } of nations.values()) sparse.rowUpper[row] = Infinity
  sparse.upper[column] = 0
  return worst.map(({ contributor, level }, k) => {
    const { row, capacity } = nations.get(contributor) ?? { row: -1, capacity: 1 }
    const least = sparse.column({ cost: -1, integer: false, entries: [[row, -capacity]], name: () => contributor })
    sparse.rowUpper[row] = 0
    const began = performance.now()
    const solved = solveInteger(highs, sparse, { nodeLimit: LEAST_NODES, absoluteGap: 0 })
    if (E.isLeft(solved)) throw new Error(JSON.stringify(solved.left))
    process.stderr.write(`least ${k + 1}: ${-solved.right.bound} after ${Math.round(performance.now() - began)} ms\n`)
    sparse.cost[least] = 0
    sparse.upper[least] = level * (1 + 1e-9)
    return -solved.right.bound
  })
}

interface NationRow {
  readonly row: number
  readonly capacity: number
}

const leximaxModel = (problem: Model, plan: Plan, tours: 'relaxed' | 'whole') => {
  const sparse = new SparseModel()
  const month = (day: number): number => Math.round((day - problem.horizon.from) / MONTH)
  const locked = lockedRows(sparse, problem, plan, month)
  const assetRows = new Map<string, number>()
  const nations = new Map<string, NationRow>()
  for (const { id, capacity } of problem.contributors) {
    nations.set(id, { row: sparse.row(-Infinity, 0, () => id), capacity: Math.max(1, capacity.personnel ?? 0) })
  }
  for (const line of problem.requirements.values()) {
    for (const offer of candidates(problem, line)) {
      const serving = servingDays(offer, line)
      const nation = nations.get(offer.asset.record.contributor)
      if (serving === undefined || nation === undefined) continue
      const { id, copies, burden, persons } = offer.asset.record
      const units = line.record.counts === 'persons' ? persons : 1
      addPresence(
        sparse,
        tours === 'whole',
        { from: month(serving.from), to: month(serving.to), tour: Math.ceil(shortestTour(offer, line) / MONTH) },
        (t) => {
          const key = `${id}@${t}`
          const row = assetRows.get(key) ?? sparse.row(-Infinity, copies, () => key)
          assetRows.set(key, row)
          const cover = locked.get(`${line.record.id}@${t}`)
          return [[row, 1], [nation.row, burden * MONTH], ...(cover === undefined ? [] : [[cover, units] as const])]
        },
      )
    }
  }
  const worst = sparse.column({
    cost: -1,
    integer: false,
    entries: [...nations.values()].map(({ row, capacity }): Entry => [row, -capacity]),
    name: () => 'worst',
  })
  return { sparse, worst, nations }
}

const candidates = (problem: Model, line: Requirement): ReadonlyArray<Offer> =>
  [...line.capabilities].flatMap((code) =>
    (problem.offersByCapability.get(code) ?? []).filter((offer) => isEligible(offer, line)),
  )

/** One row per line and month in which the plan covers something: at least as much stays covered. */
const lockedRows = (
  sparse: SparseModel,
  problem: Model,
  plan: Plan,
  month: (day: number) => number,
): ReadonlyMap<string, number> => {
  const rows = new Map<string, number>()
  for (const [id, cover] of coverOf(problem, readTours(problem, plan.assignments).tours)) {
    if (cover.kind === 'stock') continue
    for (const { from, to, value } of cover.pieces) {
      for (let t = month(from); t < month(to); t += 1)
        if (value > 0)
          rows.set(
            `${id}@${t}`,
            sparse.row(value, Infinity, () => id),
          )
    }
  }
  return rows
}

/** Jump arcs: tours of exactly the shortest length that start in a month, and months in which one that is long enough goes on. */
const addPresence = (
  sparse: SparseModel,
  integer: boolean,
  { from, to, tour }: { readonly from: number; readonly to: number; readonly tour: number },
  entriesAt: (t: number) => ReadonlyArray<Entry>,
): void => {
  const column = (entries: ReadonlyArray<Entry>) => sparse.column({ cost: 0, integer, entries, name: () => '' })
  if (tour <= 1) {
    for (let t = from; t < to; t += 1) column(entriesAt(t))
    return
  }
  const goingOn = new Map<number, number>()
  for (let t = from + tour; t < to; t += 1)
    goingOn.set(
      t,
      sparse.row(-Infinity, 0, () => ''),
    )
  const flow = (t: number, by: number): ReadonlyArray<Entry> => {
    const row = goingOn.get(t)
    return row === undefined ? [] : [[row, by]]
  }
  for (let t = from; t + tour <= to; t += 1) {
    const months = Array.from({ length: tour }, (_, i) => entriesAt(t + i)).flat()
    column([...months, ...flow(t + tour, -1)])
  }
  for (let t = from + tour; t < to; t += 1) column([...entriesAt(t), ...flow(t, 1), ...flow(t + 1, -1)])
}
