/**
 * A quantity over time that changes on few days: value `values[i]` on `[days[i], days[i+1])`, 0 before the first day and
 * after the last (whose value is always 0). What an asset has away, what a line has present, what a ceiling has under it.
 */
export class Steps {
  readonly days: number[] = []
  readonly values: number[] = []

  /** Index of the step that holds on `day`; −1 before the first. */
  indexAt(day: number): number {
    const { days } = this
    let low = 0
    let high = days.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((days[middle] ?? 0) <= day) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  add(from: number, to: number, delta: number): void {
    if (from >= to || delta === 0) return
    const first = this.#stepFrom(from)
    const end = this.#stepFrom(to)
    for (let i = first; i < end; i += 1) this.values[i] = (this.values[i] ?? 0) + delta
    this.#merge(end)
    this.#merge(first)
  }

  /** The largest value on `[from, to)`. */
  most(from: number, to: number): number {
    const { days, values } = this
    let i = this.indexAt(from)
    let most = i < 0 ? 0 : (values[i] ?? 0)
    for (i += 1; i < days.length && (days[i] ?? 0) < to; i += 1) most = Math.max(most, values[i] ?? 0)
    return most
  }

  /** The smallest value on `[from, to)`. */
  least(from: number, to: number): number {
    const { days, values } = this
    let i = this.indexAt(from)
    let least = i < 0 ? 0 : (values[i] ?? 0)
    for (i += 1; i < days.length && (days[i] ?? 0) < to; i += 1) least = Math.min(least, values[i] ?? 0)
    return least
  }

  /** Σ over the days of `[from, to)` of min(limit, value). */
  sumUpTo(limit: number, from: number, to: number): number {
    const { days, values } = this
    let i = this.indexAt(from)
    let sum = 0
    for (let day = from; day < to;) {
      const next = Math.min(to, days[i + 1] ?? to)
      sum += Math.min(limit, i < 0 ? 0 : (values[i] ?? 0)) * (next - day)
      day = next
      i += 1
    }
    return sum
  }

  /** Σ over the days of `[from, to)` of how much of `extra` on top of the value still lies below `limit`. */
  roomBelow(limit: number, from: number, to: number, extra: number): number {
    const { days, values } = this
    let i = this.indexAt(from)
    let sum = 0
    for (let day = from; day < to;) {
      const next = Math.min(to, days[i + 1] ?? to)
      const room = limit - (i < 0 ? 0 : (values[i] ?? 0))
      if (room > 0) sum += Math.min(room, extra) * (next - day)
      day = next
      i += 1
    }
    return sum
  }

  /** First day in `[from, to)` on which the value is at least `limit`; `to` when there is none. */
  firstAtLeast(limit: number, from: number, to: number): number {
    const { days, values } = this
    let i = this.indexAt(from)
    for (let day = from; day < to;) {
      if ((i < 0 ? 0 : (values[i] ?? 0)) >= limit) return day
      i += 1
      day = days[i] ?? to
    }
    return to
  }

  /** First day in `[from, to)` on which the value is below `limit`; `to` when there is none. */
  firstBelow(limit: number, from: number, to: number): number {
    const { days, values } = this
    let i = this.indexAt(from)
    for (let day = from; day < to;) {
      if ((i < 0 ? 0 : (values[i] ?? 0)) < limit) return day
      i += 1
      day = days[i] ?? to
    }
    return to
  }

  /** The steps inside `[from, to)`, including those of value 0. */
  *within(from: number, to: number): Generator<{ readonly from: number; readonly to: number; readonly value: number }> {
    let i = this.indexAt(from)
    for (let day = from; day < to;) {
      const next = Math.min(to, this.days[i + 1] ?? to)
      yield { from: day, to: next, value: i < 0 ? 0 : (this.values[i] ?? 0) }
      day = next
      i += 1
    }
  }

  #stepFrom(day: number): number {
    const i = this.indexAt(day)
    if (i >= 0 && this.days[i] === day) return i
    insert(this.days, i + 1, day)
    insert(this.values, i + 1, i < 0 ? 0 : (this.values[i] ?? 0))
    return i + 1
  }

  #merge(i: number): void {
    if (i >= this.days.length || (this.values[i - 1] ?? 0) !== this.values[i]) return
    remove(this.days, i)
    remove(this.values, i)
  }
}

// By hand: the lists are short, and `splice` makes a list of what it takes out.
const insert = (list: number[], at: number, item: number): void => {
  list.push(item)
  for (let i = list.length - 1; i > at; i -= 1) list[i] = list[i - 1] ?? 0
  list[at] = item
}

const remove = (list: number[], at: number): void => {
  for (let i = at + 1; i < list.length; i += 1) list[i - 1] = list[i] ?? 0
  list.pop()
}
