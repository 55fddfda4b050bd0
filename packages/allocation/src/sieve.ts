/** The filters as arithmetic on bits: the same answers as `failures`, for all offers of a capability at once. */
import type { ProblemMission, ProblemRequirement } from '@muster/contracts/allocation/problem'
import { clearBit, eachBit, noBits, setBit, type Bits } from './bits.ts'
import type { Conditions } from './filters.ts'

export class Sieve {
  readonly #racks: ReadonlyMap<string, Rack>

  /** Offers by index, ascending, with their conditions. */
  constructor(offers: Iterable<readonly [number, Conditions]>) {
    const groups = Map.groupBy(offers, ([, { capability }]) => capability)
    this.#racks = new Map([...groups].map(([capability, rows]) => [capability, new Rack(rows)]))
  }

  /** Offers that everything but the days lets serve the line, ascending. */
  passing(requirement: ProblemRequirement, mission: ProblemMission): Int32Array {
    const racks = [...new Set([requirement.capability, ...requirement.accepts])].flatMap((code) => this.#racks.get(code) ?? [])
    const offers: number[] = []
    for (const rack of racks) rack.pass(requirement, mission, offers)
    const passing = new Int32Array(offers)
    return racks.length > 1 ? passing.toSorted() : passing
  }
}

/** Places of offers, ascending: what all conditions name together is never more than the problem itself. */
type Places = ReadonlyArray<number>

const NOWHERE: Places = []

/** The offers of one capability, and which of them have what. */
class Rack {
  readonly #offers: Int32Array
  readonly #readiness: Int32Array
  readonly #noticeDays: Float64Array
  /** One bit per offer. */
  readonly #unearmarked: Bits
  readonly #contributors: ReadonlyMap<string, Places>
  readonly #notIn: ReadonlyMap<string, Places>
  readonly #onlyIn: ReadonlyMap<string, Places>
  readonly #languages: ReadonlyMap<string, Places>
  readonly #standards: ReadonlyMap<string, Places>

  constructor(rows: ReadonlyArray<readonly [number, Conditions]>) {
    this.#offers = Int32Array.from(rows, ([offer]) => offer)
    this.#readiness = Int32Array.from(rows, ([, c]) => c.readiness)
    this.#noticeDays = Float64Array.from(rows, ([, c]) => c.noticeDays)
    this.#unearmarked = noBits(rows.length)
    for (const [place, [, { onlyIn }]] of rows.entries()) if (onlyIn === null) setBit(this.#unearmarked, place)
    const conditions = rows.map(([, c]) => c)
    this.#contributors = placesBy(conditions, (c) => c.contributors)
    this.#notIn = placesBy(conditions, (c) => c.notIn)
    this.#onlyIn = placesBy(conditions, (c) => c.onlyIn ?? [])
    this.#languages = placesBy(conditions, (c) => c.languages)
    this.#standards = placesBy(conditions, (c) => c.standards)
  }

  pass(line: ProblemRequirement, mission: ProblemMission, passing: number[]): void {
    const left = this.#unearmarked.slice()
    add(left, this.#onlyIn.get(line.mission) ?? NOWHERE)
    drop(left, this.#notIn.get(line.mission) ?? NOWHERE)
    for (const id of [...mission.refuses, ...line.excludes]) drop(left, this.#contributors.get(id) ?? NOWHERE)
    for (const language of line.languages) keep(left, this.#languages.get(language) ?? NOWHERE)
    for (const standard of line.standards) keep(left, this.#standards.get(standard) ?? NOWHERE)
    const mostDays = line.maxNoticeDays ?? Number.POSITIVE_INFINITY
    const admit = (place: number): void => {
      if ((this.#readiness[place] ?? 0) >= line.minReadiness && (this.#noticeDays[place] ?? 0) <= mostDays)
        passing.push(this.#offers[place] ?? 0)
    }
    for (const [w, word] of left.entries()) if (word !== 0) eachBit(w, word, admit)
  }
}

const placesBy = (
  conditions: ReadonlyArray<Conditions>,
  keysOf: (c: Conditions) => ReadonlyArray<string>,
): ReadonlyMap<string, Places> => {
  const places = new Map<string, number[]>()
  for (const [place, c] of conditions.entries())
    for (const key of keysOf(c)) {
      const known = places.get(key)
      if (known) known.push(place)
      else places.set(key, [place])
    }
  return places
}

const add = (left: Bits, places: Places): void => {
  for (const place of places) setBit(left, place)
}

const drop = (left: Bits, places: Places): void => {
  for (const place of places) clearBit(left, place)
}

const keep = (left: Bits, places: Places): void => {
  const allowed = new Int32Array(left.length)
  add(allowed, places)
  for (let w = 0; w < left.length; w += 1) left[w] = (left[w] ?? 0) & (allowed[w] ?? 0)
}
