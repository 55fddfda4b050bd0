/** One part of a problem after a change: every tour that is still lawful stays, short searches work in what the change opened or brought. */
import type { Assignment } from '@muster/contracts/allocation/problem'
import { compile } from '../compile.ts'
import { rowsOf } from '../deal.ts'
import type { Tour } from '../model.ts'
import { improve, type Focus } from '../search/chains.ts'
import { fillAll } from '../search/fill.ts'
import { joinedTours } from '../search/join.ts'
import { Schedule } from '../search/schedule.ts'
import { tidy } from '../search/trim.ts'
import { viewOf, type View } from '../search/view.ts'
import { Part } from './parts.ts'
import { addWorth } from './worth.ts'

/** What a change opens and brings: lines that lose tours or are new, assets that are new or offered anew. */
export interface ChangedAt {
  readonly lines: ReadonlySet<string>
  readonly assets: ReadonlySet<string>
}

/** Pairs a repair may look at, so that it stays a matter of milliseconds. */
const REPAIR_PAIRS = 300
const REPAIR_DEPTH = 2

/** The part with its rows mended. `at` is undefined where a change may reach anything. */
export const mended = ({ problem }: Part, at: ChangedAt | undefined): Part => {
  const model = compile(problem)
  const tours: Tour[] = []
  const worth = new Map<number, bigint>()
  for (const component of model.components) {
    const view = viewOf(model, component)
    const schedule = new Schedule(view, model.published)
    fillAll(schedule)
    improve(schedule, REPAIR_DEPTH, 1, { left: REPAIR_PAIRS }, at && focusOf(view, at))
    tidy(schedule)
    tours.push(...joinedTours(schedule.tours()))
    addWorth(worth, model, schedule)
  }
  const rows: Assignment[] = [...rowsOf(model, tours, problem.published)]
  return new Part({ ...problem, published: rows }, worth)
}

const focusOf = ({ lines, assets }: View, at: ChangedAt): Focus => ({
  lines: new Set(lines.flatMap((line, l) => (at.lines.has(line.id) ? [l] : []))),
  assets: new Set(assets.flatMap((asset, a) => (asset.members.some((id) => at.assets.has(id)) ? [a] : []))),
})
