/**
 * The rules that reach across pairs: ceilings of a mission, one contributor's part in a mission, missions per contributor.
 * `room` says how many copies may still be placed; `place` records what was placed or taken away.
 */
import { greatestCommonDivisor } from '../totals.ts'
import { Steps } from './steps.ts'
import { shownWindow, type View } from './view.ts'

/** Parts of joint assets are compared over a common divisor up to this size; beyond it a part is rounded up, which stays lawful. */
const LARGEST_DIVISOR = 1_000_000

interface CeilingState {
  readonly from: number
  readonly to: number
  readonly quantity: number
  readonly present: Steps
}

interface PartState {
  /** Units × `scale` a contributor may have present, over time. */
  readonly allowed: Steps
  readonly scale: number
  readonly present: Map<number, Steps>
}

export class Limits {
  readonly #view: View
  readonly #ceilingsOf: ReadonlyArray<ReadonlyArray<CeilingState>>
  readonly #partOf: ReadonlyArray<PartState | undefined>
  readonly #missionsOf = new Map<number, Map<number, number>>()
  /** Whether any rule of this kind can matter in the component. */
  readonly any: boolean

  constructor(view: View) {
    this.#view = view
    this.#ceilingsOf = ceilingsByPair(view)
    this.#partOf = partsByLine(view)
    const { maxMissionsPerContributor } = view.model
    this.any =
      view.component.ceilings.length > 0 ||
      this.#partOf.some((part) => part !== undefined) ||
      maxMissionsPerContributor !== undefined
  }

  /** How many of `wanted` copies the rules admit on the pair in `[from, to)`. */
  room(pair: number, from: number, to: number, wanted: number): number {
    if (!this.any || wanted <= 0) return wanted
    const shown = shownWindow(this.#view, pair, from, to)
    let room = wanted
    for (const ceiling of this.#ceilingsOf[pair] ?? []) {
      const [a, b] = [Math.max(shown.from, ceiling.from), Math.min(shown.to, ceiling.to)]
      if (a < b) room = Math.min(room, ceiling.quantity - ceiling.present.most(a, b))
    }
    if (room <= 0 || !this.#missionOpen(pair)) return 0
    return Math.min(room, this.#partRoom(pair, shown.from, shown.to, room))
  }

  /** The parts of `[from, to)` in which the rules admit at least one copy on the pair. */
  *open(pair: number, from: number, to: number): Generator<{ readonly from: number; readonly to: number }> {
    if (!this.any || this.#view.lines[this.#view.line[pair] ?? 0]?.stock === true) {
      yield { from, to }
      return
    }
    let start: number | undefined
    const cuts = this.#cuts(pair, from, to)
    for (const [i, day] of cuts.entries()) {
      const end = cuts[i + 1]
      const admitted = end !== undefined && this.room(pair, day, end, 1) > 0
      if (admitted) start ??= day
      else if (start !== undefined) {
        yield { from: start, to: day }
        start = undefined
      }
    }
  }

  /** Days in between on which what the rules admit can change, with both ends. */
  #cuts(pair: number, from: number, to: number): ReadonlyArray<number> {
    const cuts = new Set([from, to])
    const add = (days: Iterable<number>): void => {
      for (const day of days) if (day > from && day < to) cuts.add(day)
    }
    for (const ceiling of this.#ceilingsOf[pair] ?? []) {
      add([ceiling.from, ceiling.to])
      add(ceiling.present.days)
    }
    const part = this.#partOf[this.#view.line[pair] ?? 0]
    if (part !== undefined) {
      add(part.allowed.days)
      for (const { contributor } of this.#of(pair).asset?.parties ?? []) add(part.present.get(contributor)?.days ?? [])
    }
    return [...cuts].toSorted((a, b) => a - b)
  }

  place(pair: number, from: number, to: number, quantity: number): void {
    if (!this.any) return
    const shown = shownWindow(this.#view, pair, from, to)
    for (const ceiling of this.#ceilingsOf[pair] ?? []) ceiling.present.add(shown.from, shown.to, quantity)
    this.#placePart(pair, shown.from, shown.to, quantity)
    const { line, asset } = this.#of(pair)
    if (this.#view.model.maxMissionsPerContributor === undefined || line === undefined || asset === undefined) return
    const missions = this.#missionsOf.get(asset.contributor) ?? new Map<number, number>()
    this.#missionsOf.set(asset.contributor, missions)
    const count = (missions.get(line.mission) ?? 0) + quantity
    if (count > 0) missions.set(line.mission, count)
    else missions.delete(line.mission)
  }

  #of(pair: number) {
    const { view } = { view: this.#view }
    return { line: view.lines[view.line[pair] ?? 0], asset: view.assets[view.asset[pair] ?? 0] }
  }

  #missionOpen(pair: number): boolean {
    const most = this.#view.model.maxMissionsPerContributor
    const { line, asset } = this.#of(pair)
    if (most === undefined || line === undefined || asset === undefined) return true
    const missions = this.#missionsOf.get(asset.contributor)
    return missions === undefined || missions.has(line.mission) || missions.size < most
  }

  #partRoom(pair: number, from: number, to: number, wanted: number): number {
    const state = this.#partOf[this.#view.line[pair] ?? 0]
    const { asset } = this.#of(pair)
    if (state === undefined || asset === undefined) return wanted
    let room = wanted
    for (const { contributor, part } of asset.parties) {
      const each = this.#share(pair, state.scale, part, asset.parts)
      if (each === 0) continue
      const present = state.present.get(contributor)
      for (const allowed of state.allowed.within(from, to)) {
        const used = present?.most(allowed.from, allowed.to) ?? 0
        room = Math.min(room, Math.floor((allowed.value - used) / each))
      }
    }
    return Math.max(0, room)
  }

  #placePart(pair: number, from: number, to: number, quantity: number): void {
    const state = this.#partOf[this.#view.line[pair] ?? 0]
    const { asset } = this.#of(pair)
    if (state === undefined || asset === undefined) return
    for (const { contributor, part } of asset.parties) {
      const present = state.present.get(contributor) ?? new Steps()
      state.present.set(contributor, present)
      present.add(from, to, quantity * this.#share(pair, state.scale, part, asset.parts))
    }
  }

  #share(pair: number, scale: number, part: number, parts: number): number {
    return Math.ceil(((this.#view.units[pair] ?? 1) * scale * part) / parts)
  }
}

const ceilingsByPair = (view: View): ReadonlyArray<ReadonlyArray<CeilingState>> => {
  const { model, component } = view
  if (component.ceilings.length === 0) return []
  const states = component.ceilings.flatMap((c) => {
    const ceiling = model.ceilings[c]
    return ceiling === undefined ? [] : [{ ...ceiling, present: new Steps() }]
  })
  return Array.from(view.line, (l, pair) => {
    const line = view.lines[l]
    const asset = view.assets[view.asset[pair] ?? 0]
    return states.filter((c) => c.mission === line?.mission && asset !== undefined && c.capabilities.has(asset.capability))
  })
}

const partsByLine = (view: View): ReadonlyArray<PartState | undefined> => {
  const scale = commonDivisor(view)
  const states = new Map<string, PartState>()
  return view.lines.map((line) => {
    const percent = view.model.missions[line.mission]?.maxPercent
    if (percent === undefined) return undefined
    const key = `${line.mission}/${line.capability}`
    const state = states.get(key) ?? {
      allowed: allowedPart(view, line.mission, line.capability, percent, scale),
      scale,
      present: new Map(),
    }
    states.set(key, state)
    return state
  })
}

const commonDivisor = (view: View): number => {
  let scale = 1
  for (const { parts } of view.assets) {
    const next = (scale / greatestCommonDivisor(scale, parts)) * parts
    if (next <= LARGEST_DIVISOR) scale = next
  }
  return scale
}

/** max(1, percent of the quantity required that day), scaled; every line of the mission and capability is in the same component. */
const allowedPart = (view: View, mission: number, capability: number, percent: number, scale: number): Steps => {
  const required = new Steps()
  for (const line of view.lines)
    if (line.mission === mission && line.capability === capability) required.add(line.from, line.to, line.quantity)
  const allowed = new Steps()
  const [first, last] = [required.days[0] ?? 0, required.days.at(-1) ?? 0]
  for (const { from, to, value } of required.within(first, last))
    allowed.add(from, to, Math.max(scale, Math.floor((percent * value * scale) / 100)))
  return allowed
}
