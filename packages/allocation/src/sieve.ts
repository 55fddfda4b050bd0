/** The filters as arithmetic on bits: the same answers as `failures`, for all offers of a capability at once. */
import type { ProblemMission, ProblemRequirement } from '@muster/contracts/allocation/problem'
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

/** One bit per offer. */
type Bits = Int32Array

/** The offers of one capability, and which of them have what. */
class Rack {
  readonly #offers: Int32Array
  readonly #none: Bits
  readonly #unearmarked: Bits
  readonly #contributors = new Map<string, Bits>()
  readonly #notIn = new Map<string, Bits>()
  readonly #onlyIn = new Map<string, Bits>()
  readonly #languages = new Map<string, Bits>()
  readonly #standards = new Map<string, Bits>()
  readonly #readiness = new Map<number, Bits>()
  readonly #noticeDays = new Map<number, Bits>()

  constructor(rows: ReadonlyArray<readonly [number, Conditions]>) {
    const words = Math.ceil(rows.length / 32)
    this.#offers = Int32Array.from(rows, ([offer]) => offer)
    this.#none = new Int32Array(words)
    this.#unearmarked = new Int32Array(words)
    const mark = <K>(known: Map<K, Bits>, keys: Iterable<K>, place: number): void => {
      for (const key of keys) {
        const bits = known.get(key) ?? new Int32Array(words)
        known.set(key, bits)
        setBit(bits, place)
      }
    }
    for (const [place, [, c]] of rows.entries()) {
      if (c.onlyIn === null) setBit(this.#unearmarked, place)
      mark(this.#contributors, c.contributors, place)
      mark(this.#notIn, c.notIn, place)
      mark(this.#onlyIn, c.onlyIn ?? [], place)
      mark(this.#languages, c.languages, place)
      mark(this.#standards, c.standards, place)
      mark(this.#readiness, [c.readiness], place)
      mark(this.#noticeDays, [c.noticeDays], place)
    }
  }

  pass(line: ProblemRequirement, mission: ProblemMission, passing: number[]): void {
    const left = this.#unearmarked.slice()
    add(left, this.#onlyIn.get(line.mission) ?? this.#none)
    drop(left, this.#notIn.get(line.mission) ?? this.#none)
    for (const id of [...mission.refuses, ...line.excludes]) drop(left, this.#contributors.get(id) ?? this.#none)
    for (const language of line.languages) keep(left, this.#languages.get(language) ?? this.#none)
    for (const standard of line.standards) keep(left, this.#standards.get(standard) ?? this.#none)
    for (const [readiness, bits] of this.#readiness) if (readiness < line.minReadiness) drop(left, bits)
    const mostDays = line.maxNoticeDays ?? Number.POSITIVE_INFINITY
    for (const [days, bits] of this.#noticeDays) if (days > mostDays) drop(left, bits)
    for (let w = 0; w < left.length; w += 1)
      for (let word = left[w] ?? 0; word !== 0; word &= word - 1)
        passing.push(this.#offers[w * 32 + 31 - Math.clz32(word & -word)] ?? 0)
  }
}

const setBit = (bits: Bits, i: number): void => {
  bits[i >> 5] = (bits[i >> 5] ?? 0) | (1 << (i & 31))
}

const add = (left: Bits, admitted: Bits): void => {
  for (let w = 0; w < left.length; w += 1) left[w] = (left[w] ?? 0) | (admitted[w] ?? 0)
}

const keep = (left: Bits, allowed: Bits): void => {
  for (let w = 0; w < left.length; w += 1) left[w] = (left[w] ?? 0) & (allowed[w] ?? 0)
}

const drop = (left: Bits, refused: Bits): void => {
  for (let w = 0; w < left.length; w += 1) left[w] = (left[w] ?? 0) & ~(refused[w] ?? 0)
}
