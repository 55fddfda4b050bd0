/**
 * Who can serve which line on which day, as bits over the offers of a component: lines of one capability share most of
 * their offers, and a search over many lines need not come by the same ones again and again.
 */
import { STOCK_DAY, type View } from '../search/view.ts'

/** The words of a line's bits that are not empty. */
interface Eligible {
  readonly words: Int32Array
  readonly bits: Int32Array
  /** First and last days of its windows, ascending. */
  readonly days: Int32Array
}

export class Servers {
  readonly #view: View
  /** Offers of the model, ascending, as pairs are; bit `i` is the offer `#offers[i]`. */
  readonly #offers: Int32Array
  readonly #place: ReadonlyMap<number, number>
  /** Local assets. */
  readonly #asset: Int32Array
  readonly #eligible: (Eligible | undefined)[] = []
  readonly #openOn = new Map<number, Int32Array>()
  /** Bits come by in this search; a word counts only if it is of this search. */
  readonly #met: Int32Array
  readonly #metIn: Int32Array
  #search = 0

  constructor(view: View) {
    this.#view = view
    const { model, component } = view
    const offerOf = (p: number): number => model.pairs.offer[component.pairs[p] ?? 0] ?? 0
    const assetOf = new Map<number, number>()
    for (let p = 0; p < component.pairs.length; p += 1) assetOf.set(offerOf(p), view.asset[p] ?? 0)
    this.#offers = Int32Array.from(assetOf.keys()).toSorted()
    this.#place = new Map([...this.#offers].map((o, place) => [o, place]))
    this.#asset = this.#offers.map((o) => assetOf.get(o) ?? 0)
    this.#met = new Int32Array(Math.ceil(this.#offers.length / 32))
    this.#metIn = new Int32Array(this.#met.length)
  }

  /** Begins a search: nobody has been come by yet. */
  begin(): void {
    this.#search += 1
  }

  /** Assets open to the line on a day of its window, in the order of its pairs, without those whose offers were come by already. */
  fresh(line: number, day: number): ReadonlyArray<number> {
    const { words, bits } = this.#eligibleFor(line)
    const open = this.#open(day)
    const assets: number[] = []
    for (let i = 0; i < words.length; i += 1) {
      const w = words[i] ?? 0
      const met = this.#metIn[w] === this.#search ? (this.#met[w] ?? 0) : 0
      const found = (bits[i] ?? 0) & (open[w] ?? 0) & ~met
      if (found === 0) continue
      this.#met[w] = met | found
      this.#metIn[w] = this.#search
      for (let left = found; left !== 0; left &= left - 1) assets.push(this.#asset[w * 32 + 31 - Math.clz32(left & -left)] ?? 0)
    }
    return assets
  }

  /** The next day on which a window of the line begins or ends; `end` when that comes first. */
  nextDay(line: number, day: number, end: number): number {
    const { days } = this.#eligibleFor(line)
    let [low, high] = [0, days.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((days[middle] ?? 0) <= day) low = middle + 1
      else high = middle
    }
    return Math.min(end, days[low] ?? end)
  }

  #eligibleFor(line: number): Eligible {
    const known = this.#eligible[line]
    if (known !== undefined) return known
    const { model, component, lineStart, from, to } = this.#view
    const words: number[] = []
    const bits: number[] = []
    const days = new Set<number>()
    for (let p = lineStart[line] ?? 0; p < (lineStart[line + 1] ?? 0); p += 1) {
      const place = this.#place.get(model.pairs.offer[component.pairs[p] ?? 0] ?? 0) ?? 0
      if (words.at(-1) !== place >> 5) {
        words.push(place >> 5)
        bits.push(0)
      }
      bits[bits.length - 1] = (bits.at(-1) ?? 0) | (1 << (place & 31))
      days.add(from[p] ?? 0).add(to[p] ?? 0)
    }
    const eligible = { words: new Int32Array(words), bits: new Int32Array(bits), days: Int32Array.from(days).toSorted() }
    this.#eligible[line] = eligible
    return eligible
  }

  #open(day: number): Int32Array {
    const known = this.#openOn.get(day)
    if (known !== undefined) return known
    const { model, assets } = this.#view
    const open = new Int32Array(this.#met.length)
    for (const [place, o] of this.#offers.entries()) {
      const window = assets[this.#asset[place] ?? 0]?.stock === true ? STOCK_DAY : model.offers[o]
      if (window !== undefined && window.from <= day && window.to > day)
        open[place >> 5] = (open[place >> 5] ?? 0) | (1 << (place & 31))
    }
    this.#openOn.set(day, open)
    return open
  }
}
