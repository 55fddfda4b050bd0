/**
 * Synthetic instances, seeded: nations, missions, lines and pledges in the proportions of today's peacekeeping, at 1×, 10× and 100×.
 * Nothing here is anybody's real pledge; ids say so (`SYN-…`).
 *
 * 40·√scale capability classes in four kinds: of 40, 25 are units with a minimum tour of six months, 7 individuals, 5 equipment,
 * 3 funds. 24 months of 30 days; windows begin and end on any day (or on month boundaries, for a model on a monthly grid).
 * Caveats on 30 % of the pledges, earmarks on 8 %, double pledges 2 %, a language on 35 % of the lines, 10 % of the unit lines in
 * persons, tiers 1–4 with weights 8/4/2/1 per unit, hosts that refuse neighbours, readiness, standards and notice.
 */
import type { Problem } from '@muster/contracts/allocation/problem'
import type { z } from 'zod'
import { seeded, type Random } from './random.ts'

export type ProblemDocument = z.input<typeof Problem>
type Requirement = ProblemDocument['requirements'][number]
type Asset = ProblemDocument['assets'][number]
type Offer = ProblemDocument['offers'][number]

export interface Synthetic {
  readonly scale: number
  readonly seed: number
  /** Whether windows begin on any day or only on the first day of one of the 24 months. */
  readonly grid: 'day' | 'month'
  /** What a person weighs on a line counted in persons: its part of a unit, or (harder: such lines drown all others) as much as one. */
  readonly person?: 'part' | 'unit'
}

const MONTH = 30
const MONTHS = 24
const HORIZON = MONTH * MONTHS
const FIRST_DAY = Date.UTC(2027, 0, 1) / 86_400_000
const day = (n: number): string => new Date((FIRST_DAY + n) * 86_400_000).toISOString().slice(0, 10)
const numbered = (prefix: string, i: number): string => `SYN-${prefix}${String(i + 1).padStart(3, '0')}`

type Kind = 'unit' | 'individual' | 'equipment' | 'fund'
interface Class {
  readonly code: string
  readonly kind: Kind
  readonly persons: number
  readonly burden: number
  readonly popularity: number
  /** Another class that may stand in for this one. */
  readonly substitute: string | undefined
}

const DIMENSION: Readonly<Record<Kind, ProblemDocument['capabilities'][number]['dimension']>> = {
  unit: 'personnel',
  individual: 'personnel',
  equipment: 'equipment',
  fund: 'funding',
}
const LANGUAGES = ['en', 'fr', 'ar', 'pt'] as const
const STANDARDS = ['coe-verified', 'level-2'] as const

export const syntheticProblem = ({ scale, seed, grid, person = 'part' }: Synthetic): ProblemDocument => {
  const random = seeded(seed * 1_000 + scale)
  const classes = classesOf(random, Math.round(40 * Math.sqrt(scale)))
  const missions = missionsOf(random, Math.round(12 * Math.sqrt(scale)), Math.min(193, scale === 1 ? 125 : 193))
  const nations = nationsOf(random, scale === 1 ? 125 : 193)
  const supply = pledgesOf(random, { count: Math.round(1_486 * scale), classes, nations, missions, grid })
  return {
    format: 'muster.problem/1',
    horizon: { from: day(0), to: day(HORIZON) },
    decidedAt: day(0),
    capabilities: classes.map(({ code, kind }) => ({
      code,
      dimension: DIMENSION[kind],
      measure: kind === 'fund' ? 'stock' : 'standing',
    })),
    contributors: nations.map(({ id, capacity }) => ({ id, capacity })),
    missions,
    requirements: linesOf(random, 400 * scale, classes, missions, { grid, person }),
    ...supply,
  }
}

const kindOf = (i: number): Kind => (i % 40 < 25 ? 'unit' : i % 40 < 32 ? 'individual' : i % 40 < 37 ? 'equipment' : 'fund')

const classesOf = (random: Random, count: number): ReadonlyArray<Class> => {
  return Array.from({ length: count }, (_, i) => {
    const kind = kindOf(i)
    return {
      code: numbered('C', i),
      kind,
      persons: kind === 'unit' ? random.pick([35, 120, 150, 160, 200, 450, 650, 850]) : 1,
      burden: kind === 'unit' ? random.whole(2, 40) : kind === 'fund' ? 1 : random.whole(1, 4),
      popularity: 0.3 + random.unit() ** 2,
      substitute: i % 6 === 0 && i + 1 < count && kindOf(i + 1) === kind ? numbered('C', i + 1) : undefined,
    }
  })
}

const missionsOf = (random: Random, count: number, nations: number): Array<{ id: string; refuses: string[] }> =>
  Array.from({ length: count }, (_, i) => ({
    id: numbered('M', i),
    refuses: [
      ...random.some(
        Array.from({ length: nations }, (_, n) => numbered('N', n)),
        random.whole(1, 5),
      ),
    ],
  }))

interface Nation {
  readonly id: string
  readonly capacity: { personnel: number; equipment: number; funding: number }
  readonly languages: ReadonlyArray<string>
  /** How much of the world's pledges come from here. */
  readonly weight: number
}

const nationsOf = (random: Random, count: number): ReadonlyArray<Nation> =>
  Array.from({ length: count }, (_, i) => ({
    id: numbered('N', i),
    capacity: {
      personnel: Math.max(1, Math.round(20_000 * Math.exp(1.2 * random.normal()))),
      equipment: Math.max(1, Math.round(400 * Math.exp(1.2 * random.normal()))),
      funding: Math.max(1, Math.round(1_000 * Math.exp(1.8 * random.normal()))),
    },
    languages: LANGUAGES.filter((language) => random.chance(language === 'en' ? 70 : language === 'fr' ? 45 : 20)),
    weight: Math.exp(random.normal()),
  }))

/** Draws from the list by weight. */
const lottery = <T>(random: Random, list: ReadonlyArray<T>, weightOf: (item: T) => number): (() => T) => {
  const total = list.reduce((sum, item) => sum + weightOf(item), 0)
  return () => {
    let ticket = random.unit() * total
    for (const item of list) {
      ticket -= weightOf(item)
      if (ticket < 0) return item
    }
    return random.pick(list)
  }
}

const QUANTITY: Readonly<Record<Kind, readonly [number, number]>> = {
  unit: [1, 3],
  individual: [4, 40],
  equipment: [2, 16],
  fund: [200, 4_000],
}
const COPIES: Readonly<Record<Kind, readonly [number, number]>> = {
  unit: [1, 2],
  individual: [1, 16],
  equipment: [1, 6],
  fund: [20, 1_200],
}
const TIER_WEIGHTS = [8, 4, 2, 1] as const
/** A unit is worth the same however its line is counted; a person on a line counted in persons is worth that part of it. */
const UNIT_WORTH = 1_000

const windowOf = (random: Random, grid: Synthetic['grid'], latest: number, shortest: number, longest: number) => {
  const step = grid === 'month' ? MONTH : 1
  const from = Math.floor(random.whole(0, latest) / step) * step
  const length = Math.max(step, Math.round(random.whole(shortest, longest) / step) * step)
  return { from, to: from + length }
}

const linesOf = (
  random: Random,
  count: number,
  classes: ReadonlyArray<Class>,
  missions: ReadonlyArray<{ readonly id: string }>,
  { grid, person }: Required<Pick<Synthetic, 'grid' | 'person'>>,
): Requirement[] => {
  const draw = lottery(random, classes, ({ popularity }) => popularity)
  return Array.from({ length: count }, (_, i): Requirement => {
    const { code, kind, persons, substitute } = draw()
    const tier = random.whole(1, 4)
    const [least, most] = QUANTITY[kind]
    const quantity = random.whole(least, most)
    const strength = kind === 'unit' && random.chance(10)
    const window = random.chance(35) ? { from: 0, to: HORIZON } : windowOf(random, grid, HORIZON - 6 * MONTH, 6 * MONTH, HORIZON)
    return {
      id: `SYN-R${String(i + 1).padStart(6, '0')}`,
      mission: random.pick(missions).id,
      capability: code,
      ...(substitute !== undefined && random.chance(60) ? { accepts: [substitute] } : {}),
      tier,
      weight: Math.round(((TIER_WEIGHTS[tier - 1] ?? 1) * UNIT_WORTH) / (strength && person === 'part' ? persons : 1)),
      ...(strength ? { counts: 'persons' as const } : {}),
      quantity: strength ? Math.max(1, Math.round(quantity * persons * (0.8 + 0.4 * random.unit()))) : quantity,
      from: day(window.from),
      to: day(Math.min(HORIZON, window.to)),
      minTourDays: kind === 'unit' ? 6 * MONTH : 1,
      minReadiness: random.pick([0, 1, 1, 2]),
      maxNoticeDays: random.chance(20) ? 90 : null,
      languages: random.chance(35) ? [random.pick(['fr', 'fr', 'en', 'ar'])] : [],
      standards: kind !== 'fund' && random.chance(15) ? [random.pick(STANDARDS)] : [],
      excludes: [],
    }
  })
}

const pledgesOf = (
  random: Random,
  world: {
    readonly count: number
    readonly classes: ReadonlyArray<Class>
    readonly nations: ReadonlyArray<Nation>
    readonly missions: ReadonlyArray<{ readonly id: string }>
    readonly grid: Synthetic['grid']
  },
): { assets: Asset[]; offers: Offer[] } => {
  const drawClass = lottery(random, world.classes, ({ popularity }) => popularity)
  const drawNation = lottery(random, world.nations, ({ weight }) => weight)
  const missionIds = world.missions.map(({ id }) => id)
  const assets: Asset[] = []
  const offers: Offer[] = []
  for (let i = 0; i < world.count; i += 1) {
    const { code, kind, persons, burden } = drawClass()
    const nation = drawNation()
    const [least, most] = COPIES[kind]
    const id = String(i + 1).padStart(6, '0')
    const offer = (suffix: string): Offer => {
      const window = windowOf(random, world.grid, HORIZON - 6 * MONTH, 6 * MONTH, 18 * MONTH)
      return {
        id: `SYN-P${id}${suffix}`,
        asset: `SYN-A${id}`,
        from: day(window.from),
        to: day(window.to),
        noticeDays: random.pick([0, 30, 30, 60, 90]),
        readiness: random.whole(1, 4),
        languages: [...nation.languages],
        standards: STANDARDS.filter(() => random.chance(60)),
        notIn: random.chance(30) ? [...random.some(missionIds, random.whole(1, 3))] : [],
        onlyIn: random.chance(8) ? [...random.some(missionIds, random.whole(1, 2))] : null,
        minTourDays: kind === 'unit' ? 6 * MONTH : 1,
      }
    }
    assets.push({
      id: `SYN-A${id}`,
      contributor: nation.id,
      capability: code,
      copies: random.whole(least, most),
      burden,
      persons,
    })
    offers.push(offer(''))
    if (random.chance(2)) offers.push(offer('-2'))
  }
  return { assets, offers }
}
