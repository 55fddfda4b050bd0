/** Small synthetic problems, and the answer to them by trying everything. */
import { compile } from '@muster/allocation/compile'
import type { Model, Tour } from '@muster/allocation/model'
import { readProblem } from '@muster/allocation/problem'
import { viewOf, type View } from '@muster/allocation/search/view'
import { dayNumber, dayOf } from '@muster/kernel/time'
import * as E from 'fp-ts/lib/Either.js'
import { isLawful, valuesOf } from './lawful.ts'
import { wholeComponent } from './monolith.ts'
import { tourOf } from './tours.ts'

const FIRST = dayNumber('2027-01-01')
export const day = (offset: number): string => dayOf(FIRST + offset)

/** Whole numbers from a seed: the same on every machine. */
export const numbersFrom = (seed: number): ((from: number, to: number) => number) => {
  let state = seed >>> 0
  return (from, to) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return from + (((t ^ (t >>> 14)) >>> 0) % (to - from + 1))
  }
}

export interface Shape {
  readonly days: number
  readonly lines: number
  readonly assets: number
  readonly longestTour: number
  readonly tiers: number
  /** Ceilings, parts, missions, needs, persons, joint assets, a stock line. */
  readonly rules: boolean
}

/** A synthetic problem document with everything that can be in one, at random. */
export const randomProblem = (seed: number, { days, lines, assets, longestTour, tiers, rules }: Shape): unknown => {
  const pick = numbersFrom(seed)
  const chance = (percent: number): boolean => pick(0, 99) < percent
  const window = (shortest: number) => {
    const from = pick(0, days - shortest)
    return { from: day(from), to: day(pick(from + shortest, days)) }
  }
  const capability = (i: number): string => (rules && i % 4 === 3 ? 'FUND' : 'UNIT')
  return {
    format: 'muster.problem/1',
    horizon: { from: day(0), to: day(days) },
    decidedAt: day(0),
    capabilities: [
      { code: 'UNIT', dimension: 'personnel', measure: 'standing' },
      { code: 'FUND', dimension: 'funding', measure: 'stock' },
    ],
    contributors: ['N0', 'N1', 'N2'].map((id) => ({ id, capacity: { personnel: pick(1, 9), funding: pick(0, 3) } })),
    missions: ['M0', 'M1'].map((id) => ({
      id,
      ceilings: rules && chance(40) ? [{ ...window(2), capabilities: ['UNIT'], quantity: pick(1, 2) }] : [],
      ...(rules && chance(30) ? { maxPercent: pick(20, 80) } : {}),
    })),
    requirements: Array.from({ length: lines }, (_, i) => {
      const persons = rules && chance(30) && capability(i) === 'UNIT'
      return {
        id: `R${i}`,
        mission: `M${pick(0, 1)}`,
        capability: capability(i),
        tier: pick(1, tiers),
        weight: pick(1, 4),
        counts: persons ? 'persons' : 'copies',
        quantity: persons ? pick(3, 12) : pick(1, 2),
        ...window(2),
        minTourDays: pick(1, longestTour),
        needs: rules && i > 0 && chance(30) ? [`R${pick(0, i - 1)}`] : [],
      }
    }),
    assets: Array.from({ length: assets }, (_, i) => ({
      id: `A${i}`,
      contributor: `N${pick(0, 2)}`,
      capability: capability(i),
      copies: pick(1, 2),
      burden: pick(1, 5),
      persons: pick(3, 7),
      ...(rules && chance(20)
        ? {
            parties: [
              { contributor: 'N0', part: 1 },
              { contributor: 'N1', part: 2 },
            ],
          }
        : {}),
    })),
    offers: Array.from({ length: assets + 1 }, (_, i) => ({
      id: `P${i}`,
      asset: `A${i % assets}`,
      ...window(2),
      minTourDays: pick(1, longestTour),
      notIn: chance(25) ? [`M${pick(0, 1)}`] : [],
    })),
    policy: { slackPpm: 0, maxMissionsPerContributor: rules && chance(30) ? 1 : null },
  }
}

export const compiled = (document: unknown): Model => {
  const read = readProblem(document)
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
  return compile(read.right)
}

export const wholeView = (model: Model): View => viewOf(model, wholeComponent(model))

/** Every lawful plan; undefined when there are more than `most` sets of tours to look at. */
export const everyPlan = (view: View, most: number): ReadonlyArray<ReadonlyArray<Tour>> | undefined => {
  const copies = view.assets.flatMap((asset, a) => Array.from({ length: asset.copies }, () => a))
  const choices = copies.map((a) => sequences(view, a))
  if (choices.reduce((product, list) => product * list.length, 1) > most) return undefined
  const plans: (readonly Tour[])[] = []
  const visit = (i: number, tours: ReadonlyArray<Tour>): void => {
    if (i < copies.length) for (const choice of choices[i] ?? []) visit(i + 1, [...tours, ...choice])
    else if (isLawful(view, tours)) plans.push(tours)
  }
  visit(0, [])
  return plans
}

/** The lexicographically best values of all plans; undefined when there are too many. */
export const bestByTrying = (view: View, most: number): ReadonlyArray<number> | undefined =>
  everyPlan(view, most)?.reduce<ReadonlyArray<number>>(
    (best, tours) => {
      const values = valuesOf(view, tours)
      const at = values.findIndex((value, k) => value !== best[k])
      return at >= 0 && (values[at] ?? 0) > (best[at] ?? 0) ? values : best
    },
    view.model.tiers.map(() => 0),
  )

/** Every sequence of tours one copy can serve. */
const sequences = (view: View, asset: number): ReadonlyArray<ReadonlyArray<Tour>> => {
  const all: Tour[][] = []
  const grow = (free: number, tours: ReadonlyArray<Tour>): void => {
    all.push([...tours])
    for (const [pair, a] of view.asset.entries()) {
      if (a !== asset) continue
      const [first, last, tour] = [view.from[pair] ?? 0, view.to[pair] ?? 0, view.tour[pair] ?? 1]
      for (let from = Math.max(first, free); from + tour <= last; from += 1)
        for (let to = from + tour; to <= last; to += 1) grow(to, [...tours, tourOf(view, pair, 1, from, to)])
    }
  }
  grow(Number.NEGATIVE_INFINITY, [])
  return all
}
