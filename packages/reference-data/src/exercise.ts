/**
 * A synthetic exercise: invented nations, missions and pledges on which the optimiser has real choices — indivisible units with
 * minimum tours, caveats, earmarks, notice, readiness, languages, joint and double pledges, money. Nothing in it is real, and every name says so.
 */
import type { BatchLine } from '@muster/contracts/commands'
import { addDays, addMonths } from '@muster/kernel/time'
import { seeded, type Random } from './random.ts'
import type { HistoryPart } from './history.ts'

export interface ExerciseSize {
  readonly seed: number
  readonly nations: number
  readonly missions: number
  readonly pledges: number
  /** First day of the horizon; it lasts two years. */
  readonly from: string
}

export const DEFAULT_EXERCISE: ExerciseSize = { seed: 1, nations: 40, missions: 5, pledges: 220, from: '2027-01-01' }

const SYNTHETIC = 'synthetic exercise'

interface Kind {
  readonly capability: string
  readonly persons: number
  readonly tour: number
  readonly most: number
  readonly divisible: boolean
}
const UNITS: readonly [Kind, ...Kind[]] = [
  { capability: 'INF-BN', persons: 850, tour: 180, most: 3, divisible: false },
  { capability: 'INF-CO', persons: 175, tour: 180, most: 4, divisible: false },
  { capability: 'QRF-CO', persons: 165, tour: 180, most: 2, divisible: false },
  { capability: 'FPU', persons: 160, tour: 180, most: 3, divisible: false },
  { capability: 'ENG-CO', persons: 180, tour: 180, most: 2, divisible: false },
  { capability: 'MED-L2', persons: 63, tour: 180, most: 1, divisible: false },
  { capability: 'HELI-UTIL', persons: 105, tour: 120, most: 2, divisible: false },
  { capability: 'UAS-UNIT', persons: 60, tour: 120, most: 1, divisible: false },
  { capability: 'SIG-CO', persons: 110, tour: 180, most: 1, divisible: false },
  { capability: 'EOD-CO', persons: 70, tour: 180, most: 2, divisible: false },
]
const INDIVIDUALS: readonly [Kind, ...Kind[]] = [
  { capability: 'STAFF-OFF', persons: 1, tour: 1, most: 40, divisible: true },
  { capability: 'UNMO', persons: 1, tour: 1, most: 30, divisible: true },
  { capability: 'IPO', persons: 1, tour: 1, most: 60, divisible: true },
]
const LETTERS = ['ALPHA', 'BRAVO', 'CHARLIE', 'DELTA', 'ECHO', 'FOXTROT', 'GOLF', 'HOTEL', 'INDIA', 'JULIETT'] as const
const LANGUAGES: readonly [string, ...string[]] = ['en', 'fr', 'es', 'ar']

export const exercise = (size: ExerciseSize): ReadonlyArray<HistoryPart> => {
  const random = seeded(size.seed)
  const nations = Array.from({ length: size.nations }, (_, index) => `X${String(index + 1).padStart(2, '0')}`)
  const missions = LETTERS.slice(0, size.missions).map((letter) => `EX-${letter}`)
  return [
    { name: 'nations (synthetic)', lines: nations.flatMap((nation) => nationLines(nation, random)) },
    {
      name: 'missions and requirements (synthetic)',
      lines: missions.flatMap((mission) => missionLines(mission, nations, size.from, random)),
    },
    { name: 'pledges (synthetic)', lines: pledgeLines(size, nations, missions, random) },
  ]
}

const line = (id: string, type: string, data: Readonly<Record<string, unknown>>): BatchLine => ({
  id: `exercise:${id}`,
  type,
  data: { ...data },
})

const nationLines = (nation: string, random: Random): ReadonlyArray<BatchLine> => {
  const figures = {
    'armed-forces': random.int(2, 400) * 1_000,
    'military-expenditure': random.int(50, 60_000) * 1_000_000,
    gdp: random.int(2, 3_000) * 1_000_000_000,
  }
  return [
    line(`nation:${nation}`, 'RegisterContributor', {
      contributor: nation,
      kind: 'state',
      name: `Exercise nation ${nation} (synthetic)`,
    }),
    ...Object.entries(figures).map(([key, value]) =>
      line(`figure:${nation}:${key}`, 'AdoptCapacityFigure', { contributor: nation, key, year: 2026, value, source: SYNTHETIC }),
    ),
  ]
}

const missionLines = (
  mission: string,
  nations: ReadonlyArray<string>,
  from: string,
  random: Random,
): ReadonlyArray<BatchLine> => {
  const to = addMonths(from, 24)
  const french = random.chance(40)
  const requirement = (kind: Kind, index: number): BatchLine => {
    const start = addMonths(from, random.int(0, 6))
    return line(`requirement:${mission}:${index}`, 'IssueRequirement', {
      mission,
      requirement: `${mission}-R${String(index).padStart(2, '0')}`,
      capability: kind.capability,
      accepts: kind.capability === 'INF-CO' ? ['QRF-CO'] : [],
      tier: random.int(1, 3),
      weight: random.int(1, 8),
      quantity: kind.divisible ? random.int(10, 80) : random.int(1, kind.most + 1),
      from: start,
      to: random.chance(70) ? to : addMonths(start, random.int(9, 15)),
      minTourDays: kind.tour,
      minReadiness: kind.divisible ? 1 : 2,
      ...(random.chance(30) ? { maxNoticeDays: 90 } : {}),
      ...(french && random.chance(50) ? { languages: ['fr'] } : {}),
    })
  }
  const kinds = [...random.some(UNITS, 7), ...random.some(INDIVIDUALS, 2)]
  return [
    line(`mission:${mission}`, 'EstablishMission', {
      mission,
      name: `Exercise ${mission.slice(3)} (synthetic)`,
      hosts: [],
      from,
      to,
    }),
    line(`ceiling:${mission}`, 'SetCeiling', {
      mission,
      category: 'military',
      from,
      quantity: random.int(4, 14) * 1_000,
      document: SYNTHETIC,
    }),
    ...random.some(nations, 2).map((contributor) =>
      line(`consent:${mission}:${contributor}`, 'RefuseConsent', {
        mission,
        contributor,
        from,
        reason: `host refusal (${SYNTHETIC})`,
      }),
    ),
    ...kinds.map(requirement),
  ]
}

const pledgeLines = (
  { pledges, from }: ExerciseSize,
  nations: ReadonlyArray<string>,
  missions: ReadonlyArray<string>,
  random: Random,
): ReadonlyArray<BatchLine> => {
  const [first = 'X01', ...others] = nations
  return Array.from({ length: pledges }, (_, index) => {
    const contributor = random.pick([first, ...others])
    const kind = random.chance(75) ? random.pick(UNITS) : random.pick(INDIVIDUALS)
    const start = addDays(from, random.int(0, 240))
    const [partner] = random.some(
      nations.filter((nation) => nation !== contributor),
      1,
    )
    const readiness = random.pick([1, 2, 2, 3, 4])
    const pledge = `EX-P${String(index + 1).padStart(4, '0')}`
    const submit = line(`pledge:${index}`, 'SubmitPledge', {
      pledge,
      contributor,
      ownReference: `SYNTHETIC/${contributor}/${index + 1}`,
      capability: kind.capability,
      quantity: random.int(1, kind.most),
      unitSize: 1,
      divisible: kind.divisible,
      from: start,
      to: addDays(start, random.int(kind.divisible ? 90 : 200, 720)),
      noticeDays: readiness === 4 ? random.pick([30, 60]) : random.pick([30, 60, 90, 120]),
      readiness,
      minTourDays: kind.tour,
      languages: random.some(LANGUAGES, random.int(1, 3)),
      ...conditions(missions, random),
      ...(random.chance(5) && partner !== undefined
        ? {
            parties: [
              { contributor, part: 2 },
              { contributor: partner, part: 1 },
            ],
          }
        : {}),
      classification: 'unclassified',
      persons: kind.persons,
      announcedAt: SYNTHETIC,
    })
    const accept = ['AcknowledgePledge', 'AcceptPledge'].map((type) => line(`${type}:${index}`, type, { pledge }))
    return [submit, ...accept]
  }).flat()
}

/** Nobody earmarks a pledge for the mission it excludes. */
const conditions = (missions: ReadonlyArray<string>, random: Random): Readonly<Record<string, unknown>> => {
  const excluded = random.chance(30) ? random.some(missions, 1) : []
  const earmark = (random.chance(8) ? random.some(missions, 1) : []).filter((mission) => !excluded.includes(mission))
  return {
    caveats: excluded.map((mission) => ({ kind: 'not-in-mission', mission })),
    ...(earmark.length === 0 ? {} : { earmark }),
  }
}
