/**
 * The rules that leave the world of flows, as rows: ceilings, one contributor's part in a mission, missions per contributor, and
 * lines whose cover counts only beside the cover of others.
 */
import { greatestCommonDivisor } from '@muster/allocation/totals'
import { shownWindow, type View } from '@muster/allocation/search/view'
import type { ArcModel, Running, Segment } from './arc-model.ts'
import type { PairDays } from './pair-days.ts'
import type { Entry, SparseModel } from './sparse-model.ts'

/** A stretch on which a ceiling may bind, and the row that says so. */
export interface CeilingRow {
  /** Local index of the ceiling. */
  readonly ceiling: number
  readonly from: number
  readonly to: number
  readonly row: number
}

export interface SideRules {
  readonly running: ReadonlyArray<Running>
  readonly startEntries: (pair: number) => ReadonlyArray<Entry>
  readonly ceilingRows: ReadonlyArray<CeilingRow>
}

/** Days on which a rule changes, per local line: its assets should be able to act on them. */
export const ruleEdges = (view: View): ReadonlyMap<number, ReadonlyArray<number>> => {
  const edges = new Map<number, number[]>()
  const add = (line: number, days: Iterable<number>): void => {
    edges.set(line, [...(edges.get(line) ?? []), ...days])
  }
  for (const ceiling of view.model.ceilings)
    for (const [l, line] of view.lines.entries()) if (line.mission === ceiling.mission) add(l, [ceiling.from, ceiling.to])
  for (const group of cappedGroups(view)) {
    const days = group.lines.flatMap((l) => [view.lines[l]?.from ?? 0, view.lines[l]?.to ?? 0])
    for (const l of group.lines) add(l, days)
  }
  return edges
}

/** Whether being present can cost something, apart from the asset's own time. */
export const hasPresenceLimits = (view: View): boolean => view.model.ceilings.length > 0 || cappedGroups(view).length > 0

export const addSideRules = (
  view: View,
  pairDays: PairDays,
  sparse: SparseModel,
  includes: (line: number) => boolean,
): SideRules => {
  const ceilings = view.model.ceilings.map((ceiling, c) => {
    const counts = (pair: number): number => {
      const [line, asset] = [view.lines[view.line[pair] ?? 0], view.assets[view.asset[pair] ?? 0]]
      return line?.mission === ceiling.mission && asset !== undefined && ceiling.capabilities.has(asset.capability) ? 1 : 0
    }
    const limit = (from: number, to: number): number =>
      from < ceiling.to && to > ceiling.from ? ceiling.quantity : Number.POSITIVE_INFINITY
    return runningSum(view, pairDays, sparse, { name: `ceiling${c}`, includes, counts, limit, edges: [ceiling.from, ceiling.to] })
  })
  const parts = cappedGroups(view).flatMap((group) =>
    group.contributors.map((contributor) =>
      runningSum(view, pairDays, sparse, {
        name: `part${group.lines[0]}_${contributor}`,
        includes,
        counts: (pair) => (group.lines.includes(view.line[pair] ?? 0) ? shareOf(view, pair, contributor, group.scale) : 0),
        limit: group.limit,
        edges: group.lines.flatMap((l) => [view.lines[l]?.from ?? 0, view.lines[l]?.to ?? 0]),
      }),
    ),
  )
  return {
    running: [...ceilings, ...parts],
    startEntries: missionEntries(view, sparse, includes),
    ceilingRows: ceilings.flatMap(({ limits }, ceiling) => limits.map((limit) => ({ ceiling, ...limit }))),
  }
}

// ── Sums that run along with presence ──────────────────────────────────────────────────────────────────────────────────────

interface Sum {
  readonly name: string
  readonly includes: (line: number) => boolean
  /** What a copy of the pair counts for; 0: it does not. */
  readonly counts: (pair: number) => number
  /** The most that may be present on every day of `[from, to)`. */
  readonly limit: (from: number, to: number) => number
  readonly edges: ReadonlyArray<number>
}

interface RunningSum extends Running {
  readonly limits: ReadonlyArray<{ readonly from: number; readonly to: number; readonly row: number }>
}

const runningSum = (view: View, pairDays: PairDays, sparse: SparseModel, sum: Sum): RunningSum => {
  const weight = Array.from(view.line, (l, pair) => (sum.includes(l) ? sum.counts(pair) : 0))
  const days = new Set(sum.edges)
  for (const [pair, counted] of weight.entries()) if (counted > 0) for (const day of daysOf(view, pairDays, pair)) days.add(day)
  const sorted = [...days].toSorted((a, b) => a - b)
  const rows = new Map(sorted.map((day) => [day, sparse.row(0, 0, () => `${sum.name}_${day}`)]))
  const limits: { from: number; to: number; row: number }[] = []
  for (const [i, from] of sorted.entries()) {
    const to = sorted[i + 1]
    if (to === undefined) break
    const entries: Entry[] = [...entryAt(rows, from, -1), ...entryAt(rows, to, 1)]
    const limit = sum.limit(from, to)
    if (Number.isFinite(limit)) {
      const row = sparse.row(Number.NEGATIVE_INFINITY, limit, () => `${sum.name}_most_${from}`)
      limits.push({ from, to, row })
      entries.push([row, 1])
    }
    sparse.column({ cost: 0, integer: false, entries, name: () => `${sum.name}_at_${from}` })
  }
  const change = (pair: number, day: number, copies: number): ReadonlyArray<Entry> => {
    const counted = weight[pair] ?? 0
    if (counted === 0) return []
    if (view.lines[view.line[pair] ?? 0]?.stock !== true) return entryAt(rows, day, copies * counted)
    if (copies < 0) return []
    const shown = shownWindow(view, pair, 0, 1)
    return [...entryAt(rows, shown.from, counted * copies), ...entryAt(rows, shown.to, -counted * copies)]
  }
  return { change, limits }
}

const entryAt = (rows: ReadonlyMap<number, number>, day: number, coefficient: number): ReadonlyArray<Entry> => {
  const row = rows.get(day)
  return row === undefined ? [] : [[row, coefficient]]
}

const daysOf = (view: View, { starts, ends }: PairDays, pair: number): ReadonlyArray<number> => {
  if (view.lines[view.line[pair] ?? 0]?.stock !== true) return [...(starts[pair] ?? []), ...(ends[pair] ?? [])]
  const shown = shownWindow(view, pair, 0, 1)
  return [shown.from, shown.to]
}

// ── One contributor's part ─────────────────────────────────────────────────────────────────────────────────────────────────

interface CappedGroup {
  readonly lines: ReadonlyArray<number>
  readonly contributors: ReadonlyArray<number>
  /** Parts of joint assets are counted in units of 1/scale. */
  readonly scale: number
  readonly limit: (from: number, to: number) => number
}

/** Beyond this a part is rounded up, which stays lawful. */
const LARGEST_SCALE = 1_000_000

/** Lines of one mission and required capability under `maxPercent`, with the contributors who could have a part in them. */
const cappedGroups = (view: View): ReadonlyArray<CappedGroup> => {
  const capped = [...view.lines.keys()].filter((l) => percentOf(view, l) !== undefined)
  const scale = view.assets.reduce((common, { parts }) => {
    const next = (common / greatestCommonDivisor(common, parts)) * parts
    return next <= LARGEST_SCALE ? next : common
  }, 1)
  const groups = Map.groupBy(capped, (l) => `${view.lines[l]?.mission}/${view.lines[l]?.capability}`)
  return [...groups.values()].map((lines) => {
    const inGroup = new Set(lines)
    const contributors = new Set<number>()
    for (const [pair, l] of view.line.entries())
      if (inGroup.has(l))
        for (const party of view.assets[view.asset[pair] ?? 0]?.parties ?? []) contributors.add(party.contributor)
    const percent = percentOf(view, lines[0] ?? 0) ?? 100
    const required = (day: number): number =>
      lines.reduce((sum, l) => {
        const line = view.lines[l]
        return line !== undefined && line.from <= day && day < line.to ? sum + line.quantity : sum
      }, 0)
    // The running sum is cut at every edge of these lines, so what is required is the same on all days of a stretch.
    const limit = (from: number): number => Math.max(scale, Math.floor((percent * required(from) * scale) / 100))
    return { lines, contributors: [...contributors].toSorted((a, b) => a - b), scale, limit }
  })
}

const percentOf = (view: View, l: number): number | undefined => view.model.missions[view.lines[l]?.mission ?? -1]?.maxPercent

const shareOf = (view: View, pair: number, contributor: number, scale: number): number => {
  const asset = view.assets[view.asset[pair] ?? 0]
  const part = asset?.parties.find((party) => party.contributor === contributor)?.part ?? 0
  return Math.ceil(((view.units[pair] ?? 1) * scale * part) / (asset?.parts ?? 1))
}

// ── Missions per contributor ───────────────────────────────────────────────────────────────────────────────────────────────

const missionEntries = (
  view: View,
  sparse: SparseModel,
  includes: (line: number) => boolean,
): ((pair: number) => ReadonlyArray<Entry>) => {
  const most = view.model.maxMissionsPerContributor
  if (most === undefined) return () => []
  const countRows = new Map<number, number>()
  const serves = new Map<string, number>()
  const rows = Array.from(view.line, (l, pair) => {
    const [line, asset] = [view.lines[l], view.assets[view.asset[pair] ?? 0]]
    if (line === undefined || asset === undefined || !includes(l)) return undefined
    const { contributor } = asset
    const count = countRows.get(contributor) ?? sparse.row(Number.NEGATIVE_INFINITY, most, () => `missions${contributor}`)
    countRows.set(contributor, count)
    const key = `${contributor}_${line.mission}`
    const column =
      serves.get(key) ?? sparse.column({ cost: 0, upper: 1, integer: true, entries: [[count, 1]], name: () => `serves${key}` })
    serves.set(key, column)
    const starts =
      asset.copies * Math.max(1, Math.floor(((view.to[pair] ?? 0) - (view.from[pair] ?? 0)) / (view.tour[pair] ?? 1)))
    const row = sparse.row(Number.NEGATIVE_INFINITY, 0, () => `mission_of${pair}`)
    sparse.addTo(column, row, -starts)
    return row
  })
  return (pair) => {
    const row = rows[pair]
    return row === undefined ? [] : [[row, 1]]
  }
}

// ── Needs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * y_r ≤ quantity_r · w_n on the days of the needed segment n, with w_n ∈ {0, 1} and w_n ≤ y_n. Lines that need one another may
 * all count together, which is the greatest fixpoint. A stock line has no days: any cover of the one supports all of the other.
 */
export const addNeeds = (view: View, { sparse, segments }: ArcModel): void => {
  const local = new Map(Array.from(view.component.lines, (l, i) => [l, i]))
  const supports = new Map<number, number>()
  for (const [l, line] of view.lines.entries()) {
    for (const need of line.needs) {
      const n = local.get(need) ?? -1
      const anyDay = line.stock || view.lines[n]?.stock === true
      for (const own of segments[l] ?? []) {
        const needed = (segments[n] ?? []).filter((s) => anyDay || (s.from <= own.from && s.to >= own.to))
        const row = sparse.row(Number.NEGATIVE_INFINITY, 0, () => `need${l}_${n}_${own.from}`)
        sparse.addTo(own.coverColumn, row, 1)
        for (const segment of needed) sparse.addTo(support(sparse, segment, supports), row, -line.quantity)
      }
    }
  }
}

/** w: 1 only while the segment has cover. */
const support = (sparse: SparseModel, segment: Segment, known: Map<number, number>): number => {
  const have = known.get(segment.coverColumn)
  if (have !== undefined) return have
  const row = sparse.row(Number.NEGATIVE_INFINITY, 0, () => `supported${segment.line}_${segment.from}`)
  sparse.addTo(segment.coverColumn, row, -1)
  const entries: Entry[] = [[row, 1]]
  const column = sparse.column({ cost: 0, upper: 1, integer: true, entries, name: () => `w${segment.line}_${segment.from}` })
  known.set(segment.coverColumn, column)
  return column
}
