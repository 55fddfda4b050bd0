/** One stretch of days on which nothing changes: whether copies on pairs are lawful together, and what they are worth. */
import { greatestCommonDivisor } from '../totals.ts'
import type { View } from '../search/view.ts'

/** Copies on local pairs; pairs with none are absent. */
export type Counts = ReadonlyMap<number, number>

export class DayRules {
  readonly #view: View
  readonly #local = new Map<number, number>()

  constructor(view: View) {
    this.#view = view
    for (const [l, global] of view.component.lines.entries()) this.#local.set(global, l)
  }

  /** Cover per local line on `day`, needs considered; undefined when a ceiling or a cap is broken. */
  coverOf(counts: Counts, day: number): ReadonlyMap<number, number> | undefined {
    if (!this.#underCeilings(counts, day) || !this.#underCaps(counts, day)) return undefined
    const { view } = { view: this.#view }
    const cover = new Map<number, number>()
    for (const [pair, copies] of counts) {
      const l = view.line[pair] ?? 0
      const units = copies * (view.units[pair] ?? 1)
      if (units > 0) cover.set(l, Math.min(view.lines[l]?.quantity ?? 0, (cover.get(l) ?? 0) + units))
    }
    for (let changed = true; changed;) {
      changed = false
      for (const l of cover.keys()) {
        if ((view.lines[l]?.needs ?? []).every((need) => cover.has(this.#local.get(need) ?? -1))) continue
        cover.delete(l)
        changed = true
      }
    }
    return cover
  }

  /** Worth of one day per tier. */
  worthOf(cover: ReadonlyMap<number, number>): Float64Array {
    const worth = new Float64Array(this.#view.model.tiers.length)
    for (const [l, units] of cover) {
      const line = this.#view.lines[l]
      if (line !== undefined) worth[line.tier] = (worth[line.tier] ?? 0) + line.weight * units
    }
    return worth
  }

  #underCeilings(counts: Counts, day: number): boolean {
    const view = this.#view
    return view.component.ceilings.every((c) => {
      const ceiling = view.model.ceilings[c]
      if (ceiling === undefined || day < ceiling.from || day >= ceiling.to) return true
      let present = 0
      for (const [pair, copies] of counts) {
        const line = view.lines[view.line[pair] ?? 0]
        const asset = view.assets[view.asset[pair] ?? 0]
        if (line?.mission === ceiling.mission && asset !== undefined && ceiling.capabilities.has(asset.capability))
          present += copies
      }
      return present <= ceiling.quantity
    })
  }

  /** max(1, percent of what is required that day) per contributor, in exact fractions. */
  #underCaps(counts: Counts, day: number): boolean {
    const view = this.#view
    const parts = new Map<string, { readonly line: number; over: number; under: number }>()
    for (const [pair, copies] of counts) {
      const l = view.line[pair] ?? 0
      const line = view.lines[l]
      const asset = view.assets[view.asset[pair] ?? 0]
      if (line === undefined || asset === undefined || view.model.missions[line.mission]?.maxPercent === undefined) continue
      for (const { contributor, part } of asset.parties) {
        const key = `${line.mission}/${line.capability}/${contributor}`
        const sum = parts.get(key) ?? { line: l, over: 0, under: 1 }
        const under = (sum.under / greatestCommonDivisor(sum.under, asset.parts)) * asset.parts
        const over = (sum.over * under) / sum.under + (copies * (view.units[pair] ?? 1) * part * under) / asset.parts
        parts.set(key, { line: l, over, under })
      }
    }
    for (const { line, over, under } of parts.values())
      if (over * 100 > Math.max(100, this.#share(line, day)) * under) return false
    return true
  }

  /** Percent × quantity required of the line's capability in its mission that day. */
  #share(l: number, day: number): number {
    const view = this.#view
    const line = view.lines[l]
    const percent = view.model.missions[line?.mission ?? 0]?.maxPercent ?? 100
    let required = 0
    for (const other of view.lines)
      if (other.mission === line?.mission && other.capability === line.capability && other.from <= day && day < other.to)
        required += other.quantity
    return percent * required
  }
}
