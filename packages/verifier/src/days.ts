/** Days as whole numbers since 1970-01-01 and step functions over them: everything here works on breakpoints, never day by day. */

export interface Window {
  readonly from: number
  readonly to: number
}
/** Something present in the same quantity on every day of its window. */
export interface Span extends Window {
  readonly quantity: number
}
/** A stretch on which a step function is constant. */
export interface Piece extends Window {
  readonly value: number
}

const MS_PER_DAY = 86_400_000

/** The text is a calendar day, as the schemas guarantee. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY
export const dayText = (day: number): string => new Date(day * MS_PER_DAY).toISOString().slice(0, 10)

export const daysOf = ({ from, to }: Window): number => Math.max(0, to - from)
export const textOf = ({ from, to }: Window): string => `${dayText(from)}..${dayText(to)}`
export const common = (a: Window, b: Window): Window => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })
export const isEmpty = ({ from, to }: Window): boolean => from >= to
export const within = (inner: Window, outer: Window): boolean => outer.from <= inner.from && inner.to <= outer.to

/** The sum of the spans on every day of the window, as adjoining pieces of constant value from its first day to its last. */
export const profile = (spans: ReadonlyArray<Span>, window: Window): ReadonlyArray<Piece> => {
  if (isEmpty(window)) return []
  const changes: Array<readonly [day: number, by: number]> = [[window.to, 0]]
  for (const span of spans) {
    const { from, to } = common(span, window)
    if (from >= to) continue
    changes.push([from, span.quantity], [to, -span.quantity])
  }
  changes.sort((a, b) => a[0] - b[0])
  const pieces: Piece[] = []
  let value = 0
  let from = window.from
  for (const [day, by] of changes) {
    if (day > from) {
      push(pieces, { from, to: day, value })
      from = day
    }
    value += by
  }
  return pieces
}

/** Both step functions side by side on their common refinement; both must tile the same window. */
export const zip = (
  a: ReadonlyArray<Piece>,
  b: ReadonlyArray<Piece>,
  combine: (a: number, b: number) => number,
): ReadonlyArray<Piece> => {
  const pieces: Piece[] = []
  let i = 0
  let j = 0
  for (;;) {
    const left = a[i]
    const right = b[j]
    if (left === undefined || right === undefined) return pieces
    const stretch = common(left, right)
    if (!isEmpty(stretch)) push(pieces, { ...stretch, value: combine(left.value, right.value) })
    if (left.to <= right.to) i += 1
    if (right.to <= left.to) j += 1
  }
}

export const mapValues = (pieces: ReadonlyArray<Piece>, change: (value: number) => number): ReadonlyArray<Piece> => {
  const mapped: Piece[] = []
  for (const piece of pieces) push(mapped, { ...piece, value: change(piece.value) })
  return mapped
}

/** The part of a tiling inside the window. */
export const clip = (pieces: ReadonlyArray<Piece>, window: Window): ReadonlyArray<Piece> => {
  const clipped: Piece[] = []
  for (const piece of pieces) {
    const stretch = common(piece, window)
    if (!isEmpty(stretch)) clipped.push({ ...stretch, value: piece.value })
  }
  return clipped
}

const push = (pieces: Piece[], next: Piece): void => {
  const last = pieces.at(-1)
  if (last !== undefined && last.value === next.value && last.to === next.from)
    pieces[pieces.length - 1] = { ...last, to: next.to }
  else pieces.push(next)
}
