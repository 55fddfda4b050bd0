/** Lines whose cover can never count, because something they need can never have any. */
import type { Line, Pairs } from './model.ts'

/** Marks the greatest fixpoint of "can be served, and so can everything it needs". */
export const markSupported = (lines: ReadonlyArray<Line>, pairs: Pairs): ReadonlyArray<Line> => {
  const possible = lines.map((_, l) => (pairs.lineStart[l + 1] ?? 0) > (pairs.lineStart[l] ?? 0))
  for (let changed = true; changed;) {
    changed = false
    for (const [l, line] of lines.entries()) {
      if (possible[l] !== true || line.needs.every((need) => possible[need] === true)) continue
      possible[l] = false
      changed = true
    }
  }
  return lines.map((line, l) => (possible[l] === true || line.needs.length === 0 ? line : { ...line, supported: false }))
}
