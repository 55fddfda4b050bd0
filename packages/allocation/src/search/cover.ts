/** Counted cover under `needs`: the greatest set of days on which every needed line has counted cover too. */
import type { Steps } from './steps.ts'
import type { View } from './view.ts'

export interface Span {
  readonly from: number
  readonly to: number
  readonly value: number
}

/**
 * Counted cover of some lines of a component, given what is present on each. The lines must be closed under `needs`.
 * Standing lines answer with spans of positive cover inside their window, stock lines with one span on the pseudo-day.
 */
export const countedCover = (
  view: View,
  locals: ReadonlyArray<number>,
  present: ReadonlyArray<Steps>,
): ReadonlyMap<number, ReadonlyArray<Span>> => {
  const cover = new Map<number, ReadonlyArray<Span>>()
  const localOf = new Map<number, number>()
  for (const l of locals) {
    localOf.set(view.component.lines[l] ?? 0, l)
    cover.set(l, presentUpTo(view, l, present[l]))
  }
  for (let changed = true; changed;) {
    changed = false
    for (const l of locals) {
      let own = cover.get(l) ?? []
      for (const need of view.lines[l]?.needs ?? []) {
        const n = localOf.get(need)
        if (n !== undefined)
          own = supported(own, view.lines[l]?.stock ?? false, cover.get(n) ?? [], view.lines[n]?.stock ?? false)
      }
      if (days(own) === days(cover.get(l) ?? [])) continue
      cover.set(l, own)
      changed = true
    }
  }
  return cover
}

const presentUpTo = (view: View, l: number, present: Steps | undefined): ReadonlyArray<Span> => {
  const line = view.lines[l]
  if (line === undefined || present === undefined) return []
  const spans: Span[] = []
  for (const { from, to, value } of present.within(view.lineFrom[l] ?? 0, view.lineTo[l] ?? 0))
    if (value > 0) spans.push({ from, to, value: Math.min(line.quantity, value) })
  return spans
}

const days = (spans: ReadonlyArray<Span>): number => spans.reduce((sum, s) => sum + s.to - s.from, 0)

/** What of `own` stays counted beside `need`; a stock line has no days: any cover of the one supports all of the other. */
const supported = (
  own: ReadonlyArray<Span>,
  ownStock: boolean,
  need: ReadonlyArray<Span>,
  needStock: boolean,
): ReadonlyArray<Span> => {
  if (ownStock || needStock) return need.length > 0 ? own : []
  return own.flatMap((o) =>
    need.flatMap((n) => {
      const [from, to] = [Math.max(o.from, n.from), Math.min(o.to, n.to)]
      return from < to ? [{ from, to, value: o.value }] : []
    }),
  )
}
