/** Small random problems (synthetic) that exercise every field of `muster.problem/1`; dense enough that the rules collide. */
import * as fc from 'fast-check'

const BASE = Date.UTC(2027, 0, 1) / 86_400_000
export const day = (n: number): string => new Date((BASE + n) * 86_400_000).toISOString().slice(0, 10)

export interface Scope {
  readonly days: number
  readonly requirements: number
  readonly assets: number
  readonly offers: number
  /** Rules that the brute-force oracle does not go into: stock under ceilings and shares, stock that needs standing lines. */
  readonly stockRules: boolean
  /** Longest minimum tour. */
  readonly tour: number
}

export const ORACLE: Scope = { days: 7, requirements: 4, assets: 3, offers: 4, stockRules: false, tour: 3 }
export const ANYTHING: Scope = { days: 12, requirements: 6, assets: 6, offers: 8, stockRules: true, tour: 5 }

const CAPABILITIES = [
  { code: 'INF', dimension: 'personnel', measure: 'standing' },
  { code: 'CO', dimension: 'personnel', measure: 'standing' },
  { code: 'MED', dimension: 'equipment', measure: 'standing' },
  { code: 'FUND', dimension: 'funding', measure: 'stock' },
] as const
const CONTRIBUTORS = ['A', 'B', 'C'] as const
const MISSIONS = ['M1', 'M2'] as const

/** Mostly the first, now and then another. */
const seldom = <A, B>(usual: A, other: fc.Arbitrary<B>, percent = 20): fc.Arbitrary<A | B> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(usual) }, { weight: percent, arbitrary: other })

const someOf = <A>(list: ReadonlyArray<A>, percent = 15): fc.Arbitrary<A[]> =>
  seldom<A[], A[]>([], fc.subarray([...list], { minLength: 1, maxLength: Math.max(1, list.length - 1) }), percent)

const windowIn = (first: number, last: number): fc.Arbitrary<{ from: string; to: string }> =>
  fc
    .tuple(fc.integer({ min: first, max: last - 1 }), fc.integer({ min: first, max: last - 1 }))
    .map(([a, b]) => ({ from: day(Math.min(a, b)), to: day(Math.max(a, b) + 1) }))

/** The first requirement and the first asset always match, so that most problems have something to decide. */
const capability = (i: number) =>
  i === 0 ? fc.constant('INF' as const) : fc.constantFrom('INF', 'INF', 'INF', 'INF', 'INF', 'CO', 'MED', 'FUND')

const requirement = (scope: Scope, i: number) =>
  fc
    .record({
      mission: fc.constantFrom(...MISSIONS),
      capability: capability(i),
      accepts: fc.constantFrom('CO', 'none', 'none'),
      tier: fc.integer({ min: 1, max: 3 }),
      weight: fc.constantFrom(1, 2, 4, 8, 3, 1, 2, 4, 8, 0),
      counts: seldom('copies' as const, fc.constant('persons' as const)),
      quantity: fc.integer({ min: 1, max: 4 }),
      window: fc.oneof(windowIn(0, scope.days), fc.constant({ from: day(0), to: day(scope.days) })),
      minTourDays: fc.integer({ min: 0, max: scope.tour }),
      minReadiness: seldom(0, fc.integer({ min: 1, max: 3 }), 10),
      maxNoticeDays: seldom(null, fc.integer({ min: 0, max: 3 })),
      languages: someOf(['en', 'fr'], 12),
      standards: someOf(['s1'], 10),
      excludes: someOf(CONTRIBUTORS, 10),
      needs: seldom<number[], number[]>([], fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 2 }), 12),
    })
    .map(({ window, needs, accepts, ...r }) => ({
      id: `R${i}`,
      ...r,
      ...window,
      accepts: accepts === 'CO' && r.capability !== 'FUND' ? ['CO'] : [],
      needIndexes: needs,
    }))

const asset = (i: number) =>
  fc.record(
    {
      id: fc.constant(`A${i}`),
      contributor: fc.constantFrom(...CONTRIBUTORS),
      capability: capability(i),
      copies: fc.constantFrom(1, 1, 1, 2, 2, 2, 2, 3, 3, 0),
      burden: fc.integer({ min: 0, max: 5 }),
      persons: fc.constantFrom(1, 2, 3, 2, 1, 3, 1, 0),
      parties: seldom(
        [],
        fc.constantFrom(
          [
            { contributor: 'A', part: 1 },
            { contributor: 'B', part: 2 },
          ],
          [{ contributor: 'C', part: 5 }],
        ),
        30,
      ),
    },
    { requiredKeys: ['id', 'contributor', 'capability', 'copies', 'burden', 'persons'] },
  )

const offer = (scope: Scope, assets: number, i: number) =>
  fc
    .record({
      // Each asset is offered once before any is offered twice.
      asset: i < assets ? fc.constant(i) : fc.nat({ max: assets - 1 }),
      window: fc.oneof(windowIn(-2, scope.days + 3), fc.constant({ from: day(-2), to: day(scope.days + 3) })),
      noticeDays: seldom(0, fc.integer({ min: 1, max: 4 })),
      readiness: fc.integer({ min: 1, max: 3 }),
      languages: fc.constantFrom(['en', 'fr'], ['en', 'fr'], ['en', 'fr'], ['en'], []),
      standards: fc.constantFrom(['s1'], ['s1'], []),
      notIn: someOf(MISSIONS),
      onlyIn: seldom(null, fc.subarray([...MISSIONS], { minLength: 1 }), 15),
      minTourDays: fc.integer({ min: 0, max: scope.tour }),
    })
    .map(({ asset, window, ...o }) => ({ id: `P${i}`, asset: `A${asset}`, ...window, ...o }))

const mission = (scope: Scope, id: string) =>
  fc.record({
    id: fc.constant(id),
    refuses: someOf(CONTRIBUTORS, 10),
    ceilings: seldom(
      [],
      fc.array(
        fc
          .tuple(
            windowIn(0, scope.days),
            fc.constantFrom(['INF'], ['INF', 'CO'], scope.stockRules ? ['FUND', 'MED'] : ['MED']),
            fc.nat({ max: 3 }),
          )
          .map(([window, capabilities, quantity]) => ({ ...window, capabilities, quantity })),
        { minLength: 1, maxLength: 2 },
      ),
      25,
    ),
    maxPercent: seldom(null, fc.constantFrom(0, 34, 40, 50, 75, 100), 25),
  })

const listOf = <T>(most: number, make: (i: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.integer({ min: Math.min(2, most), max: most }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => make(i))))

/** A problem document as an outsider would write it: raw, with every optional field now and then. */
export const problems = (scope: Scope) =>
  fc
    .record({
      decidedAt: seldom(0, fc.integer({ min: -3, max: 3 }), 30),
      capacities: fc.tuple(
        ...CONTRIBUTORS.map(() =>
          fc.record({ personnel: fc.nat({ max: 40 }), equipment: fc.nat({ max: 9 }) }, { requiredKeys: [] }),
        ),
      ),
      missions: fc.tuple(...MISSIONS.map((id) => mission(scope, id))),
      requirements: listOf(scope.requirements, (i) => requirement(scope, i)),
      supply: fc.integer({ min: 2, max: scope.assets }).chain((n) =>
        fc.record({
          assets: fc.tuple(...Array.from({ length: n }, (_, i) => asset(i))),
          offers: fc
            .integer({ min: n, max: Math.max(n, scope.offers) })
            .chain((m) => fc.tuple(...Array.from({ length: m }, (_, i) => offer(scope, n, i)))),
        }),
      ),
      maxMissionsPerContributor: seldom(null, fc.integer({ min: 1, max: 2 }), 15),
    })
    .map(({ decidedAt, capacities, missions, requirements, supply, maxMissionsPerContributor }) => {
      return {
        format: 'muster.problem/1',
        horizon: { from: day(0), to: day(scope.days) },
        decidedAt: day(decidedAt),
        capabilities: [...CAPABILITIES],
        contributors: CONTRIBUTORS.map((id, i) => ({ id, capacity: capacities[i] ?? {} })),
        missions: missions.map((m) => (scope.stockRules ? m : withoutShareOfStock(m, requirements))),
        requirements: requirements.map(({ needIndexes, ...r }) => {
          const needs = [...new Set(needIndexes.map((n) => `R${n % requirements.length}`))]
          return { ...r, needs: r.capability === 'FUND' && !scope.stockRules ? [] : needs }
        }),
        ...supply,
        policy: { slackPpm: 0, maxMissionsPerContributor },
      }
    })

const withoutShareOfStock = <M extends { readonly id: string; readonly maxPercent: number | null }>(
  mission: M,
  requirements: ReadonlyArray<{ readonly mission: string; readonly capability: string }>,
): M =>
  requirements.some((r) => r.capability === 'FUND' && r.mission === mission.id) ? { ...mission, maxPercent: null } : mission

export type SmallProblem = ReturnType<typeof problems> extends fc.Arbitrary<infer T> ? T : never
