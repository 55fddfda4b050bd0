/** Every idle stretch of every offer, with the first reason that applies. */
import type { Assignment, ProblemOffer } from '@muster/contracts/allocation/problem'
import type { UnusedStretch } from '@muster/contracts/allocation/plan'
import { dayNumber, dayOf } from '../calendar.ts'
import type { Model } from '../model.ts'
import type { Span } from '../search/cover.ts'
import { Steps } from '../search/steps.ts'
import { some } from './words.ts'

export interface Situation {
  readonly model: Model
  /** Uncovered stretches per line, ascending, in real days (stock: the line's window). */
  readonly holes: ReadonlyArray<ReadonlyArray<Span>>
  /** Whether a rule across pairs is at work around a line. */
  readonly constrained: (line: number) => boolean
  /** Relative burden of a contributor above everyone who serves a line in its place. */
  readonly outweighs: (contributor: number, line: number) => boolean
}

interface Idle {
  readonly from: number
  readonly to: number
  readonly quantity: number
}

type Reason = {
  readonly code: UnusedStretch['reason']['code']
  readonly evidence: Record<string, unknown>
  readonly text: string
}

const NAMED_LINES = 10

/** Pairs of each offer: the model's pairs are sorted by line. */
const pairsByOffer = ({ pairs, offers }: Model): { readonly start: Int32Array; readonly list: Int32Array } => {
  const start = new Int32Array(offers.length + 1)
  for (let p = 0; p < pairs.count; p += 1) start[(pairs.offer[p] ?? 0) + 1] = (start[(pairs.offer[p] ?? 0) + 1] ?? 0) + 1
  for (let o = 0; o < offers.length; o += 1) start[o + 1] = (start[o + 1] ?? 0) + (start[o] ?? 0)
  const next = start.slice()
  const list = new Int32Array(pairs.count)
  for (let p = 0; p < pairs.count; p += 1) {
    const o = pairs.offer[p] ?? 0
    list[next[o] ?? 0] = p
    next[o] = (next[o] ?? 0) + 1
  }
  return { start, list }
}

/** What an offer is made of, and where its class stands in the model. */
export interface OfferInPlan {
  readonly offer: ProblemOffer
  readonly copies: number
  /** Index of the class in the model. */
  readonly index: number
  /** An equal offer of the same asset stands for it. */
  readonly duplicateOf: string | undefined
  readonly decidedAt: number
}

export class UnusedAccount {
  readonly #situation: Situation
  readonly #start: Int32Array
  readonly #list: Int32Array
  readonly #known = new Map<string, ReadonlyArray<Idle & { readonly reason: Reason }>>()

  constructor(situation: Situation) {
    this.#situation = situation
    const { start, list } = pairsByOffer(situation.model)
    this.#start = start
    this.#list = list
  }

  /** `own`: rows of this offer; `others`: rows of other offers of the same asset. */
  stretchesOf(at: OfferInPlan, own: ReadonlyArray<Assignment>, others: ReadonlyArray<Assignment>): ReadonlyArray<UnusedStretch> {
    const { horizon, assets, offers } = this.#situation.model
    const stock = assets[offers[at.index]?.asset ?? 0]?.stock ?? false
    const from = Math.max(dayNumber(at.offer.from), horizon.from)
    const to = Math.min(dayNumber(at.offer.to), horizon.to)
    if (from >= to || at.copies === 0) return []
    const used = usage(own, from, to, stock)
    const elsewhere = usage(others, from, to, stock)
    const ready = at.decidedAt + at.offer.noticeDays
    const stretches: UnusedStretch[] = []
    for (const step of used.within(from, to)) {
      const idle = at.copies - step.value
      if (idle <= 0) continue
      const early = stock ? step.from : Math.min(step.to, Math.max(step.from, ready))
      if (early > step.from)
        stretches.push(entry(at.offer.id, { from: step.from, to: early, quantity: idle }, notice(at.offer.id, ready)))
      if (at.duplicateOf !== undefined) {
        if (early < step.to)
          stretches.push(entry(at.offer.id, { from: early, to: step.to, quantity: idle }, duplicate(at.duplicateOf)))
        continue
      }
      for (const other of elsewhere.within(early, step.to)) {
        const taken = Math.min(idle, other.value)
        if (taken > 0)
          stretches.push(
            entry(at.offer.id, { from: other.from, to: other.to, quantity: taken }, usedElsewhere(at.offer.id, others)),
          )
        if (taken < idle)
          for (const part of this.#reasons(at, own, others, { from: other.from, to: other.to, quantity: idle - taken }, stock))
            stretches.push(entry(at.offer.id, part, part.reason))
      }
    }
    return joined(stretches)
  }

  #reasons(
    at: OfferInPlan,
    own: ReadonlyArray<Assignment>,
    others: ReadonlyArray<Assignment>,
    idle: Idle,
    stock: boolean,
  ): ReadonlyArray<Idle & { readonly reason: Reason }> {
    const untouched = own.length === 0 && others.length === 0
    const key = untouched ? `${at.index}/${at.copies}/${idle.from}/${idle.to}` : undefined
    const known = key === undefined ? undefined : this.#known.get(key)
    if (known !== undefined) return known
    const parts = this.#judge(at, [...own, ...others], idle, stock)
    if (key !== undefined) this.#known.set(key, parts)
    return parts
  }

  #judge(
    at: OfferInPlan,
    away: ReadonlyArray<Assignment>,
    idle: Idle,
    stock: boolean,
  ): ReadonlyArray<Idle & { readonly reason: Reason }> {
    const { model, holes } = this.#situation
    const open = new Steps()
    for (let i = this.#start[at.index] ?? 0; i < (this.#start[at.index + 1] ?? 0); i += 1) {
      const p = this.#list[i] ?? 0
      const lacking = holes[model.pairs.line[p] ?? 0] ?? []
      const from = Math.max(model.pairs.from[p] ?? 0, idle.from)
      const to = Math.min(model.pairs.to[p] ?? 0, idle.to)
      if (stock) open.add(idle.from, idle.to, lacking.length)
      else
        for (const hole of lacking) {
          if (hole.from >= to) break
          open.add(Math.max(hole.from, from), Math.min(hole.to, to), 1)
        }
    }
    const parts: (Idle & { readonly reason: Reason })[] = []
    for (const step of open.within(idle.from, idle.to)) {
      const stretch = { from: step.from, to: step.to, quantity: idle.quantity }
      const reason = step.value === 0 ? this.#met(at, stretch, stock) : this.#blocked(at, away, stretch, stock)
      const last = parts.at(-1)
      if (last !== undefined && last.reason.code === reason.code && last.reason.text === reason.text)
        parts[parts.length - 1] = { ...last, to: step.to }
      else parts.push({ ...stretch, reason })
    }
    return parts
  }

  #met(at: OfferInPlan, stretch: Idle, stock: boolean): Reason {
    const { model, outweighs } = this.#situation
    const here = this.#served(at.index, stretch, stock)
    if (here.length === 0)
      return { code: 'NO_MATCHING_NEED', evidence: {}, text: `${at.offer.id}: no requirement it may serve lies in this time.` }
    const ids = here.slice(0, NAMED_LINES).flatMap((l) => model.lines[l]?.id ?? [])
    const contributor = model.assets[model.offers[at.index]?.asset ?? 0]?.contributor ?? 0
    const evidence = { requirements: ids, count: here.length }
    if (here.every((l) => outweighs(contributor, l)))
      return {
        code: 'KEPT_IDLE_BY_BALANCE',
        evidence,
        text: `${at.offer.id} is kept idle: contributors with a smaller relative burden cover ${some(ids, here.length)}.`,
      }
    return {
      code: 'NEED_MET',
      evidence,
      text: `${at.offer.id}: what it could serve is covered already (${some(ids, here.length)}).`,
    }
  }

  /** Lines the offer may serve in the stretch, ascending as its pairs are. */
  #served(offer: number, stretch: Idle, stock: boolean): ReadonlyArray<number> {
    const { pairs } = this.#situation.model
    const lines: number[] = []
    for (let i = this.#start[offer] ?? 0; i < (this.#start[offer + 1] ?? 0); i += 1) {
      const p = this.#list[i] ?? 0
      if (stock || ((pairs.from[p] ?? 0) < stretch.to && (pairs.to[p] ?? 0) > stretch.from)) lines.push(pairs.line[p] ?? 0)
    }
    return lines
  }

  /** Something lacks cover in this time and the offer may serve it: why it does not. */
  #blocked(at: OfferInPlan, away: ReadonlyArray<Assignment>, stretch: Idle, stock: boolean): Reason {
    const { model, holes, constrained } = this.#situation
    const { pairs } = model
    const present = usage(away, model.horizon.from, model.horizon.to, stock)
    const open: number[] = []
    let fits = false
    for (let i = this.#start[at.index] ?? 0; i < (this.#start[at.index + 1] ?? 0); i += 1) {
      const p = this.#list[i] ?? 0
      const l = pairs.line[p] ?? 0
      const lacking = holes[l] ?? []
      const [from, to] = [pairs.from[p] ?? 0, pairs.to[p] ?? 0]
      const touched = lacking.some((h) => stock || Math.max(h.from, from, stretch.from) < Math.min(h.to, to, stretch.to))
      if (!touched) continue
      open.push(l)
      fits ||=
        stock ||
        runs(present, at.copies, from, to).some(
          (r) =>
            r.to - r.from >= (pairs.tour[p] ?? 1) &&
            lacking.some((h) => Math.max(h.from, r.from, stretch.from) < Math.min(h.to, r.to, stretch.to)),
        )
    }
    const ids = open.flatMap((l) => model.lines[l]?.id ?? [])
    const evidence = { requirements: ids.slice(0, NAMED_LINES), count: ids.length }
    if (!fits)
      return {
        code: 'SHORTER_THAN_TOUR',
        evidence,
        text: `${at.offer.id}: ${some(ids)} would need it, but no whole tour fits beside what it does already.`,
      }
    if (open.some(constrained))
      return {
        code: 'SIDE_CONSTRAINT',
        evidence,
        text: `${at.offer.id}: ${some(ids)} would need it, but a rule of the mission or contributor stands in the way.`,
      }
    return {
      code: 'SEARCH_LIMIT',
      evidence,
      text: `${at.offer.id}: ${some(ids)} might use it; the search found no way within its limits.`,
    }
  }
}

const usage = (rows: ReadonlyArray<Assignment>, from: number, to: number, stock: boolean): Steps => {
  const steps = new Steps()
  for (const row of rows) {
    if (stock) steps.add(from, to, row.quantity)
    else steps.add(dayNumber(row.from), dayNumber(row.to), row.quantity)
  }
  return steps
}

/** Runs in which fewer than `copies` are away. */
const runs = (
  away: Steps,
  copies: number,
  from: number,
  to: number,
): ReadonlyArray<{ readonly from: number; readonly to: number }> => {
  const found: { from: number; to: number }[] = []
  for (let day = from; day < to;) {
    const start = away.firstBelow(copies, day, to)
    const end = away.firstAtLeast(copies, start, to)
    if (start < end) found.push({ from: start, to: end })
    day = Math.max(end, day + 1)
  }
  return found
}

const notice = (id: string, ready: number): Reason => ({
  code: 'NOTICE',
  evidence: { ready: dayOf(ready) },
  text: `${id} cannot be in place before ${dayOf(ready)}: its notice runs until then.`,
})

const usedElsewhere = (id: string, others: ReadonlyArray<Assignment>): Reason => {
  const offers = [...new Set(others.map((r) => r.offer))].slice(0, NAMED_LINES)
  return { code: 'USED_ELSEWHERE', evidence: { offers }, text: `${id}: the same asset is at work under ${some(offers)}.` }
}

const duplicate = (of: string): Reason => ({
  code: 'DUPLICATE_CAPABILITY',
  evidence: { duplicateOf: of },
  text: `It repeats ${of}: the same asset under the same conditions.`,
})

const entry = (offer: string, { from, to, quantity }: Idle, reason: Reason): UnusedStretch => ({
  offer,
  from: dayOf(from),
  to: dayOf(to),
  quantity,
  reason: { code: reason.code, evidence: reason.evidence },
  text: reason.text,
})

const joined = (entries: ReadonlyArray<UnusedStretch>): ReadonlyArray<UnusedStretch> => {
  const result: UnusedStretch[] = []
  for (const next of entries) {
    const last = result.at(-1)
    if (last !== undefined && last.to === next.from && last.quantity === next.quantity && last.text === next.text)
      result[result.length - 1] = { ...last, to: next.to }
    else result.push(next)
  }
  return result
}
