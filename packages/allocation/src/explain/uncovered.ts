/** Every day on which a line lacks something, with the first reason that applies and what proves it. */
import { isDeepStrictEqual } from 'node:util'
import type { UncoveredStretch } from '@muster/contracts/allocation/plan'
import { dayOf } from '../calendar.ts'
import type { Line } from '../model.ts'
import { countedCover, type Span } from '../search/cover.ts'
import type { Placed, Schedule } from '../search/schedule.ts'
import type { View } from '../search/view.ts'
import type { Eligibility } from './eligibility.ts'
import type { Pool, Pools } from './pool.ts'
import { HallSets, LISTED, READABLE, type HallSet } from './shortage.ts'
import { assetToursOf, type AssetTours } from './tours.ts'
import { count, days, some } from './words.ts'

/** What is known about the component as a whole, for the gaps that no set of lines explains. */
export interface SearchState {
  /** Tier number, value and bound of the first tier in which the bound is above the value. */
  readonly open: { readonly tier: number; readonly value: string; readonly bound: string } | undefined
  /** What balance was allowed to give up and did here, in parts per million of a tier's value. */
  readonly slackPpm: number
}

type Reason = UncoveredStretch['reason']
interface Piece {
  readonly from: number
  readonly to: number
  readonly quantity: number
  readonly reason: Reason
  readonly text: string
  /** Its evidence holds for just these days. */
  readonly isWhole?: boolean
}

export interface LineAccount {
  readonly entries: ReadonlyArray<UncoveredStretch>
  /** Uncovered stretches in the view's days; `value` is what lacks. */
  readonly holes: ReadonlyArray<Span>
}

/** One component with what is prepared to explain it. */
interface Ground {
  readonly schedule: Schedule
  readonly pools: Pools
  readonly state: SearchState
  readonly tours: AssetTours
  readonly sets: HallSets
  readonly describe: (tour: Placed) => Blocking
}

/** Accounts of all lines of a component, by local index. */
export const uncoveredOf = (
  schedule: Schedule,
  eligibility: Eligibility,
  pools: Pools,
  state: SearchState,
): ReadonlyArray<LineAccount> => {
  const { view } = schedule
  const locals = view.lines.map((_, l) => l)
  const cover = countedCover(view, locals, schedule.present)
  const tours = assetToursOf(schedule)
  const ground = { schedule, pools, state, tours, sets: new HallSets(view, tours), describe: described(view) }
  return view.lines.map((line, l) => {
    const holes = holesBetween(line, view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0, cover.get(l) ?? [])
    if (holes.length === 0) return { entries: [], holes }
    const supply = eligibility.supplyOf(view.component.lines[l] ?? 0)
    const changes = changesOf(ground, l)
    const pieces = holes.flatMap((hole): ReadonlyArray<Piece> => {
      if (supply.code !== 'ELIGIBLE')
        return [{ ...hole, quantity: hole.value, reason: { code: supply.code, evidence: supply.evidence }, text: supply.text }]
      return servable(schedule, l, hole).flatMap((part) =>
        part.servable ? later(ground, l, part, changes) : [notInWindow(schedule, l, part, supply.offers)],
      )
    })
    return { entries: joined(pieces).map((piece) => entryOf(line, piece)), holes }
  })
}

const entryOf = (line: Line, { from, to, quantity, reason, text }: Piece): UncoveredStretch => ({
  requirement: line.id,
  from: dayOf(line.stock ? line.from : from),
  to: dayOf(line.stock ? line.to : to),
  quantity,
  reason,
  text,
})

const holesBetween = (line: Line, from: number, to: number, cover: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const holes: Span[] = []
  let day = from
  for (const span of cover.toSorted((a, b) => a.from - b.from)) {
    if (span.from > day) holes.push({ from: day, to: span.from, value: line.quantity })
    if (span.value < line.quantity) holes.push({ from: span.from, to: span.to, value: line.quantity - span.value })
    day = span.to
  }
  if (day < to) holes.push({ from: day, to, value: line.quantity })
  return holes
}

/** The hole cut into parts on which some eligible offer can be there, and parts on which none can. */
const servable = (schedule: Schedule, l: number, hole: Span): ReadonlyArray<Span & { readonly servable: boolean }> => {
  const { view } = schedule
  const windows: { readonly from: number; readonly to: number }[] = []
  for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0); p += 1) {
    const [from, to] = [Math.max(hole.from, view.from[p] ?? 0), Math.min(hole.to, view.to[p] ?? 0)]
    if (from < to) windows.push({ from, to })
  }
  windows.sort((a, b) => a.from - b.from)
  const parts: (Span & { readonly servable: boolean })[] = []
  let day = hole.from
  for (const window of windows) {
    if (window.to <= day) continue
    if (window.from > day) parts.push({ from: day, to: window.from, value: hole.value, servable: false })
    const from = Math.max(day, window.from)
    const last = parts.at(-1)
    if (last?.servable === true && last.to === from) parts[parts.length - 1] = { ...last, to: window.to }
    else parts.push({ from, to: window.to, value: hole.value, servable: true })
    day = window.to
  }
  if (day < hole.to) parts.push({ from: day, to: hole.to, value: hole.value, servable: false })
  return parts
}

const notInWindow = (schedule: Schedule, l: number, hole: Span, offers: number): Piece => {
  const { view } = schedule
  let earliest: number | undefined
  for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0); p += 1) {
    const from = view.from[p] ?? 0
    if ((view.units[p] ?? 0) > 0 && from >= hole.to && (earliest === undefined || from < earliest)) earliest = from
  }
  const next =
    earliest === undefined ? 'none of them comes later in time for a whole tour' : `the first can be there on ${dayOf(earliest)}`
  const line = view.lines[l]
  const when = line?.stock === true ? days(line.from, line.to) : days(hole.from, hole.to)
  return {
    from: hole.from,
    to: hole.to,
    quantity: hole.value,
    reason: { code: 'NOT_IN_WINDOW', evidence: { offers, ...(earliest === undefined ? {} : { earliest: dayOf(earliest) }) } },
    text: `${line?.id}: ${count(offers, 'offer')} would do, but none is available ${when}; ${next}.`,
  }
}

/** Days on which something could serve: shortage where a set proves it, else what else stands in the way. */
const later = (ground: Ground, l: number, hole: Span, changes: Changes): ReadonlyArray<Piece> => {
  const pieces: Piece[] = []
  for (let day = hole.from; day < hole.to;) {
    const shortage = shortageOf(ground, l, day, hole.to)
    const until = shortage === undefined ? changes.next(day, hole.to) : Math.min(shortage.until, hole.to)
    const proved = shortage === undefined ? 0 : Math.min(hole.value, shortage.proved)
    if (shortage !== undefined && proved > 0) pieces.push(shortage.piece(day, until, proved))
    if (proved < hole.value) pieces.push(otherPiece(ground, l, day, until, hole.value - proved))
    day = until
  }
  return pieces
}

interface Shortage {
  readonly proved: number
  readonly until: number
  readonly piece: (from: number, to: number, quantity: number) => Piece
}

/** A set that can be read by name; else the whole capability; else a longer list. */
const shortageOf = ({ schedule, pools, sets }: Ground, l: number, day: number, end: number): Shortage | undefined => {
  const set = sets.around(l, day, end, READABLE, pools.readable)
  if (set !== undefined) return listed(schedule, l, set)
  const { component } = schedule.view
  const until = Math.min(end, pools.nextDay(schedule.view, day))
  const pool = pools.around(component, component.lines[l] ?? 0, day, until)
  if (pool !== undefined)
    return {
      proved: pool.demand - pool.capacity,
      until,
      piece: (from, to, quantity) => poolPiece(schedule, l, pool, from, to, quantity),
    }
  const long = sets.around(l, day, end, LISTED, pools.listed)
  return long === undefined ? undefined : listed(schedule, l, long)
}

const listed = (schedule: Schedule, l: number, set: HallSet): Shortage => ({
  proved: set.demand - set.capacity,
  until: set.until,
  piece: (from, to, quantity) => shortagePiece(schedule, l, set, from, to, quantity),
})

const poolPiece = (schedule: Schedule, l: number, pool: Pool, from: number, to: number, quantity: number): Piece => {
  const { model, lines } = schedule.view
  const line = lines[l]
  const tier = model.tiers[line?.tier ?? 0] ?? 0
  const weight = (line?.weight ?? 0) * (model.tierUnits[line?.tier ?? 0] ?? 1)
  const capability = model.capabilities[line?.capability ?? 0]?.code ?? ''
  const { demand, capacity } = pool
  return {
    from,
    to,
    quantity,
    reason: { code: 'SHORTAGE', evidence: { capability, tier, weight, demand, capacity } },
    isWhole: true,
    text: `${line?.id} lacks ${quantity}: ${count(pool.lines, 'requirement')} of ${capability} ranked no lower ask for ${demand}${line?.persons === true ? ' persons' : ''}, and ${count(pool.assets, 'asset')} that can serve any of them hold ${capacity}.`,
  }
}

interface Changes {
  /** The next day on which an asset that could serve the line changes what it does; `end` when that comes first. */
  readonly next: (day: number, end: number) => number
}

const changesOf = ({ schedule: { view }, tours }: Ground, l: number): Changes => {
  const [first, last] = [view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0]
  const isChange = new Uint8Array(last - first)
  const mark = (day: number): void => {
    if (day > first && day < last) isChange[day - first] = 1
  }
  const markAll = (): void => {
    for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0); p += 1) {
      mark(view.from[p] ?? 0)
      mark(view.to[p] ?? 0)
      const a = view.asset[p] ?? 0
      for (let t = tours.start[a] ?? 0; t < (tours.start[a + 1] ?? 0); t += 1) {
        mark(tours.from[t] ?? 0)
        mark(tours.to[t] ?? 0)
      }
    }
  }
  let isMarked = false
  return {
    next: (day, end) => {
      if (!isMarked) markAll()
      isMarked = true
      let next = day + 1
      while (next < end && isChange[next - first] !== 1) next += 1
      return next
    },
  }
}

const shortagePiece = (schedule: Schedule, l: number, set: HallSet, from: number, to: number, quantity: number): Piece => {
  const { view } = schedule
  const lines = set.lines.flatMap((i) => view.lines[i]?.id ?? [])
  const assets = set.assets.flatMap((a) => view.assets[a]?.members ?? [])
  const line = view.lines[l]
  const others = lines.length === 1 ? `${line?.id} asks` : `${some(lines)} together ask`
  return {
    from,
    to,
    quantity,
    reason: { code: 'SHORTAGE', evidence: { lines, assets, demand: set.demand, capacity: set.capacity } },
    text: `${line?.id} lacks ${quantity}: ${others} for ${set.demand}${line?.persons === true ? ' persons' : ''}, and all that can serve ${lines.length === 1 ? 'it' : 'any of them'} holds ${set.capacity} (${some(assets)}).`,
  }
}

const otherPiece = (ground: Ground, l: number, from: number, to: number, quantity: number): Piece => {
  const { schedule, state } = ground
  const { open, slackPpm } = state
  const { view } = schedule
  const line = view.lines[l]
  const piece = (code: Reason['code'], evidence: Record<string, unknown>, text: string): Piece => ({
    from,
    to,
    quantity,
    reason: { code, evidence },
    text: `${line?.id} lacks ${quantity}: ${text}.`,
  })
  if (open !== undefined)
    return piece(
      'SEARCH_LIMIT',
      { ...open },
      `the search ended with tier ${open.tier} of these lines at ${open.value}, at most ${open.bound} is possible`,
    )
  const missing = missingNeeds(schedule, l, from)
  if (missing.length > 0)
    return piece('SIDE_CONSTRAINT', { rule: 'needs', needs: missing }, `nothing there would count without ${some(missing)}`)
  if (slackPpm > 0)
    return piece(
      'SIDE_CONSTRAINT',
      { rule: 'slackPpm', slackPpm },
      `balance gave it up to relieve whoever carries most; the policy allows ${slackPpm} parts per million of each tier`,
    )
  const blocking = toursInTheWay(ground, l, from)
  const rule = ruleOf(schedule, l)
  if (rule !== undefined) return piece('SIDE_CONSTRAINT', { rule, blocking }, `${RULES[rule]} leaves no better way`)
  const longest = longestTour(schedule, l)
  const others = blocking.length === 0 ? 'the windows leave no room' : some(blocking.map((b) => b.asset))
  return piece(
    'TOUR_FRAGMENTATION',
    { shortestTour: longest, blocking },
    `no tour of ${count(longest, 'day')} fits between the tours that are worth more (${others})`,
  )
}

/** Needed lines without any cover on the day. */
const missingNeeds = ({ view, present }: Schedule, l: number, day: number): ReadonlyArray<string> =>
  (view.lines[l]?.needs ?? []).flatMap((need) => {
    const n = view.component.lines.indexOf(need)
    const line = view.lines[n]
    if (line === undefined || n === l) return []
    const at = line.stock ? (view.lineFrom[n] ?? 0) : day
    return (present[n]?.most(at, at + 1) ?? 0) > 0 ? [] : [line.id]
  })

const RULES = {
  ceiling: 'a ceiling of the mission',
  maxPercent: "the limit on one contributor's part in the mission",
  maxMissionsPerContributor: 'the limit on the missions of one contributor',
  needs: 'what lines need of one another',
  persons: 'that units come whole, with all their persons,',
} as const

const ruleOf = ({ view }: Schedule, l: number): keyof typeof RULES | undefined => {
  const line = view.lines[l]
  const mission = view.model.missions[line?.mission ?? 0]
  if (view.component.ceilings.some((c) => view.model.ceilings[c]?.mission === line?.mission)) return 'ceiling'
  if (mission?.maxPercent !== undefined) return 'maxPercent'
  if (view.model.maxMissionsPerContributor !== undefined) return 'maxMissionsPerContributor'
  if ((line?.needs.length ?? 0) > 0) return 'needs'
  return view.lines.some((other) => other.persons) ? 'persons' : undefined
}

const MOST_BLOCKING = 10

interface Blocking {
  readonly asset: string
  readonly requirement: string
  readonly from: string
  readonly to: string
}

/** One object per tour, however many gaps it is in the way of. */
const described = (view: View): ((tour: Placed) => Blocking) => {
  const known = new Map<Placed, Blocking>()
  return (tour) => {
    const before = known.get(tour)
    if (before !== undefined) return before
    const blocking = {
      asset: view.assets[view.asset[tour.pair] ?? 0]?.id ?? '',
      requirement: view.lines[view.line[tour.pair] ?? 0]?.id ?? '',
      from: dayOf(tour.from),
      to: dayOf(tour.to),
    }
    known.set(tour, blocking)
    return blocking
  }
}

const toursInTheWay = ({ schedule, describe }: Ground, l: number, day: number): ReadonlyArray<Blocking> => {
  const { view } = schedule
  const blocking: Blocking[] = []
  const seen = new Set<number>()
  for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0) && blocking.length < MOST_BLOCKING; p += 1) {
    const a = view.asset[p] ?? 0
    if ((view.from[p] ?? 0) > day || (view.to[p] ?? 0) <= day || seen.has(a)) continue
    seen.add(a)
    const reach = view.tour[p] ?? 1
    for (const tour of schedule.toursOfAsset[a] ?? [])
      if (tour.quantity > 0 && tour.from < day + reach && tour.to > day - reach && blocking.length < MOST_BLOCKING)
        blocking.push(describe(tour))
  }
  return blocking
}

const longestTour = ({ view }: Schedule, l: number): number => {
  let longest = 1
  for (let p = view.lineStart[l] ?? 0; p < (view.lineStart[l + 1] ?? 0); p += 1) longest = Math.max(longest, view.tour[p] ?? 1)
  return longest
}

/** Neighbouring pieces with the same reason and quantity are one entry. */
const joined = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Piece> => {
  const result: Piece[] = []
  for (const piece of pieces) {
    const i = result.findLastIndex(
      (p) =>
        p.to === piece.from &&
        p.isWhole !== true &&
        p.quantity === piece.quantity &&
        p.text === piece.text &&
        isDeepStrictEqual(p.reason, piece.reason),
    )
    const before = result[i]
    if (before !== undefined) result[i] = { ...before, to: piece.to }
    else result.push(piece)
  }
  return result
}
