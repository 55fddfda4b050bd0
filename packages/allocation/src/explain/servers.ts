/**
 * Who can serve which line on which day, as bits over the offers of a component: lines of one capability share most of
 * their offers, and a search over many lines need not come by the same ones again and again.
 */
import { eachBit, maskOf, noBits, setBit, wordOf, type Bits } from '../bits.ts'
import { dayAfter, distinctDays } from './days.ts'
import { STOCK_DAY, type View } from '../search/view.ts'

/** The words of a line's bits that are not empty. */
interface Eligible {
  readonly words: Int32Array
  readonly bits: Bits
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
  readonly #openOn = new Map<number, Bits>()
  /** Bits come by in this search; a word counts only if it is of this search. */
  readonly #met: Bits
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
    this.#met = noBits(this.#offers.length)
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
      eachBit(w, found, (place) => assets.push(this.#asset[place] ?? 0))
    }
    return assets
  }

  /** The next day on which a window of the line begins or ends; `end` when that comes first. */
  nextDay(line: number, day: number, end: number): number {
    return Math.min(end, dayAfter(this.#eligibleFor(line).days, day) ?? end)
  }

  #eligibleFor(line: number): Eligible {
    const known = this.#eligible[line]
    if (known !== undefined) return known
    const { model, component, lineStart, from, to } = this.#view
    const words: number[] = []
    const bits: number[] = []
    const [first, last] = [lineStart[line] ?? 0, lineStart[line + 1] ?? 0]
    for (let p = first; p < last; p += 1) {
      const place = this.#place.get(model.pairs.offer[component.pairs[p] ?? 0] ?? 0) ?? 0
      if (words.at(-1) !== wordOf(place)) {
        words.push(wordOf(place))
        bits.push(0)
      }
      bits[bits.length - 1] = (bits.at(-1) ?? 0) | maskOf(place)
    }
    const days = distinctDays([from.subarray(first, last), to.subarray(first, last)])
    const eligible = { words: new Int32Array(words), bits: new Int32Array(bits), days }
    this.#eligible[line] = eligible
    return eligible
  }

  #open(day: number): Bits {
    const known = this.#openOn.get(day)
    if (known !== undefined) return known
    const { model, assets } = this.#view
    const open = noBits(this.#offers.length)
    for (const [place, o] of this.#offers.entries()) {
      const window = assets[this.#asset[place] ?? 0]?.stock === true ? STOCK_DAY : model.offers[o]
      if (window !== undefined && window.from <= day && window.to > day) setBit(open, place)
    }
    this.#openOn.set(day, open)
    return open
  }
}
