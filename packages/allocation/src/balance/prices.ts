/**
 * What a search for takers compares them by: a stiff convex price of everybody's relative burden. It only guides; whether an
 * exchange is kept is decided by `Ledger.improves` alone.
 */
import type { Account, Ledger } from './ledger.ts'

/** Twice the relative burden costs 2⁶ times as much: near enough to "worst first", and differences of low levels still count. */
const STIFFNESS = 6
/** Where who is relieved has no capacity: how much worse off that is than carrying as much with the largest capacity there is. */
const WITHOUT_CAPACITY = 1e9

/** The ledger with the changes of one attempt on top. */
export class Attempt {
  readonly #ledger: Ledger
  /** Copy-days per asset of the model, net of the attempt so far. */
  readonly #carried = new Map<number, number>()
  readonly #delta = new Map<Account, number>()
  /** The level nobody may reach: that of the contributor to be relieved. */
  readonly #limit: number
  readonly #relieved: { readonly own: number; readonly capacity: number }
  /** Levels are stated in burden per this capacity: quotients of whole numbers, which no unit of burden or capacity changes. */
  readonly #reference: number

  constructor(ledger: Ledger, relieved: Account) {
    this.#ledger = ledger
    this.#relieved = { own: ledger.own(relieved), capacity: ledger.capacity(relieved) }
    this.#limit = this.#relieved.capacity > 0 ? 1 : WITHOUT_CAPACITY
    this.#reference = this.#relieved.capacity > 0 ? this.#relieved.capacity : ledger.largestCapacity
  }

  carry(asset: number, days: number): void {
    if (days === 0) return
    this.#carried.set(asset, (this.#carried.get(asset) ?? 0) + days)
    for (const { account, amount } of this.#ledger.sharesOf(asset))
      this.#delta.set(account, (this.#delta.get(account) ?? 0) + days * amount)
  }

  /** Price of so many more copy-days of an asset; infinite where somebody would end up no better than who is relieved. */
  price(asset: number, days: number): number {
    let sum = 0
    for (const { account, amount } of this.#ledger.sharesOf(asset)) {
      if (amount === 0) continue
      const after = this.#level(account, days * amount)
      if (after >= this.#limit) return Number.POSITIVE_INFINITY
      sum += stiff(after) - stiff(this.#level(account, 0))
    }
    return sum
  }

  /** Of the heaviest party of an asset, relative to who is relieved. */
  load(asset: number): number {
    return this.#ledger.sharesOf(asset).reduce((most, { account }) => Math.max(most, this.#level(account, 0) / this.#limit), 0)
  }

  get improves(): boolean {
    return this.#ledger.improves(this.#carried)
  }

  /** Writes the attempt into the ledger. */
  keep(): void {
    for (const [asset, days] of this.#carried) this.#ledger.carry(asset, days)
  }

  /** Relative burden, 1 for that of who is relieved where there is a capacity. */
  #level(account: Account, more: number): number {
    const capacity = this.#ledger.capacity(account)
    const own = this.#ledger.own(account) + (this.#delta.get(account) ?? 0) + more
    if (capacity > 0) return (own * this.#reference) / (capacity * this.#relieved.own)
    if (own <= 0) return 0
    return this.#relieved.capacity > 0 ? Number.POSITIVE_INFINITY : (own * WITHOUT_CAPACITY) / this.#relieved.own
  }
}

const stiff = (level: number): number => level ** STIFFNESS
