import { describe, expect, test } from 'vitest'
import type { FindingCode } from './finding.ts'
import { examplePlan, exampleProblem, sealed } from './testing.ts'
import { verify } from './verify.ts'

const codes = (problem: unknown, plan: unknown): ReadonlyArray<FindingCode> => {
  const verdict = verify(problem, plan)
  return 'ok' in verdict ? [] : [...new Set(verdict.broken.map(({ code }) => code))]
}

type Problem = typeof exampleProblem
type Plan = typeof examplePlan
const changed = <T>(list: ReadonlyArray<T>, at: number, change: object): ReadonlyArray<T> =>
  list.map((item, i) => (i === at ? { ...item, ...change } : item))

test('a right plan is right', () => {
  expect(verify(exampleProblem, examplePlan)).toEqual({ ok: true })
})

test('the order of arrays in the problem does not matter', () => {
  const shuffled = { ...exampleProblem, offers: exampleProblem.offers.toReversed(), assets: exampleProblem.assets.toReversed() }
  expect(verify(shuffled, examplePlan)).toEqual({ ok: true })
})

describe('a changed plan is caught, with a fresh digest as without', () => {
  const cases: ReadonlyArray<readonly [string, FindingCode, (plan: Plan) => object]> = [
    [
      'a tour before its notice has passed',
      'NOTICE',
      (p) => ({ assignments: changed(p.assignments, 1, { from: '2027-01-31' }) }),
    ],
    [
      'a tour outside the window of its offer',
      'WINDOW',
      (p) => ({ assignments: changed(p.assignments, 2, { from: '2027-02-28' }) }),
    ],
    ['a tour that is too short', 'TOUR', (p) => ({ assignments: changed(p.assignments, 0, { to: '2027-06-29' }) })],
    ['a tour without days', 'WINDOW', (p) => ({ assignments: changed(p.assignments, 0, { to: '2027-01-01' }) })],
    ['more copies than the asset has', 'COPIES', (p) => ({ assignments: changed(p.assignments, 1, { quantity: 2 }) })],
    ['more stock than there is', 'COPIES', (p) => ({ assignments: changed(p.assignments, 3, { quantity: 101 }) })],
    ['a capability nobody accepts', 'CAPABILITY', (p) => ({ assignments: changed(p.assignments, 3, { requirement: 'R2' }) })],
    ['an unknown offer', 'UNKNOWN_REFERENCE', (p) => ({ assignments: changed(p.assignments, 0, { offer: 'P0' }) })],
    ['a requirement left out', 'UNCOVERED', (p) => ({ uncovered: p.uncovered.slice(1) })],
    ['a gap said too small', 'UNCOVERED', (p) => ({ uncovered: changed(p.uncovered, 0, { quantity: 2 }) })],
    ['a gap that ends too early', 'UNCOVERED', (p) => ({ uncovered: changed(p.uncovered, 0, { to: '2027-02-28' }) })],
    ['an idle stretch left out', 'UNUSED', () => ({ unused: [] })],
    ['a tier value', 'TIER_VALUE', (p) => ({ tiers: changed(p.tiers, 0, { value: '7345' }) })],
    ['a bound below the value', 'TIER_BOUND', (p) => ({ tiers: changed(p.tiers, 1, { bound: '505' }) })],
    ['a tier left out', 'TIER_LIST', (p) => ({ tiers: p.tiers.slice(0, 1) })],
    ['a burden', 'BURDEN_OWN', (p) => ({ burdens: changed(p.burdens, 0, { own: '3341' }) })],
    ['a capacity', 'BURDEN_CAPACITY', (p) => ({ burdens: changed(p.burdens, 0, { capacity: '101' }) })],
    ['a relative burden', 'BURDEN_RHO', (p) => ({ burdens: changed(p.burdens, 0, { rho: 1.25564 }) })],
    ['a contributor left out', 'BURDEN_LIST', (p) => ({ burdens: p.burdens.slice(1) })],
    ['assignments out of order', 'ORDER', (p) => ({ assignments: p.assignments.toReversed() })],
    [
      'a reason that is not the first',
      'REASON',
      (p) => ({ uncovered: changed(p.uncovered, 1, { reason: { code: 'SEARCH_LIMIT', evidence: {} } }) }),
    ],
    [
      'a reason that is untrue',
      'REASON',
      (p) => ({ unused: changed(p.unused, 0, { reason: { code: 'USED_ELSEWHERE', evidence: {} } }) }),
    ],
    [
      'a shortage whose assets are not all named',
      'CERTIFICATE',
      (p) => ({
        uncovered: changed(p.uncovered, 2, {
          reason: { code: 'SHORTAGE', evidence: { lines: ['R3'], assets: [], demand: 250, capacity: 0 } },
        }),
      }),
    ],
    ['the problem named', 'PROBLEM_DIGEST', () => ({ problem: `sha256:${'0'.repeat(64)}` })],
    ['a field nobody knows', 'PLAN_SHAPE', () => ({ extra: 1 })],
  ]
  test.each(cases)('%s', (_, code, change) => {
    expect(codes(exampleProblem, sealed({ ...examplePlan, ...change(examplePlan) }))).toContain(code)
  })

  test('anything at all, by the digest alone', () => {
    expect(codes(exampleProblem, { ...examplePlan, engine: { version: 'another', backend: 'none' } })).toEqual(['PLAN_DIGEST'])
  })
})

const requirement = (at: number, change: object) => (p: Problem) => ({ requirements: changed(p.requirements, at, change) })
const offer = (at: number, change: object) => (p: Problem) => ({ offers: changed(p.offers, at, change) })
const mission = (change: object) => (p: Problem) => ({ missions: changed(p.missions, 0, change) })
const asset = (at: number, change: object) => (p: Problem) => ({ assets: changed(p.assets, at, change) })

describe('a plan is caught when the problem forbids it', () => {
  const cases: ReadonlyArray<readonly [string, FindingCode, (problem: Problem) => object]> = [
    ['a refused contributor', 'REFUSED', mission({ refuses: ['NPL'] })],
    ['an excluded contributor', 'REFUSED', requirement(0, { excludes: ['GHA'] })],
    ['a refused party of a joint asset', 'REFUSED', requirement(1, { excludes: ['GHA'] })],
    ['a caveat', 'CAVEAT', offer(0, { notIn: ['MINUSCA'] })],
    ['an earmark', 'EARMARK', offer(0, { onlyIn: [] })],
    ['too little readiness', 'READINESS', requirement(0, { minReadiness: 2 })],
    ['too long a notice', 'NOTICE', requirement(0, { maxNoticeDays: 30 })],
    ['a missing language', 'LANGUAGE', requirement(1, { languages: ['ar'] })],
    ['a missing standard', 'STANDARD', requirement(0, { standards: ['level-2'] })],
    ['a tour of the requirement', 'TOUR', requirement(0, { minTourDays: 335 })],
    [
      'a ceiling',
      'CEILING',
      mission({ ceilings: [{ from: '2027-06-01', to: '2027-06-02', capabilities: ['INF-BN'], quantity: 2 }] }),
    ],
    ['one contributor with too large a part', 'MAX_PERCENT', mission({ maxPercent: 66 })],
    [
      'a joint asset with too large a part',
      'MAX_PERCENT',
      (p) => ({ ...mission({ maxPercent: 33 })(p), ...asset(2, { parties: [{ contributor: 'NPL', part: 1 }] })(p) }),
    ],
    ['a day of decision later than the tours', 'NOTICE', () => ({ decidedAt: '2027-01-02' })],
  ]
  test.each(cases)('%s', (_, code, change) => {
    expect(codes({ ...exampleProblem, ...change(exampleProblem) }, examplePlan)).toContain(code)
  })

  test('too many missions for one contributor', () => {
    const missions = [...exampleProblem.missions, { id: 'UNMISS' }]
    const problem = { ...exampleProblem, missions, ...requirement(1, { mission: 'UNMISS' })(exampleProblem) }
    expect(codes({ ...problem, policy: { maxMissionsPerContributor: 2 } }, examplePlan)).not.toContain('MAX_MISSIONS')
    expect(codes({ ...problem, policy: { maxMissionsPerContributor: 1 } }, examplePlan)).toContain('MAX_MISSIONS')
  })

  test('at least one copy is allowed whatever the percentage', () => {
    expect(codes({ ...exampleProblem, ...mission({ maxPercent: 0 })(exampleProblem) }, examplePlan)).toContain('MAX_PERCENT')
    const single = {
      ...exampleProblem,
      ...mission({ maxPercent: 0 })(exampleProblem),
      ...requirement(0, { quantity: 1 })(exampleProblem),
    }
    const one = { ...examplePlan, assignments: examplePlan.assignments.slice(1, 3) }
    expect(codes(single, one)).not.toContain('MAX_PERCENT')
  })
})

describe('a problem that contradicts itself', () => {
  const cases: ReadonlyArray<readonly [string, object]> = [
    ['a window that ends before it begins', { requirements: changed(exampleProblem.requirements, 0, { to: '2026-12-31' }) }],
    ['a requirement beyond the horizon', { requirements: changed(exampleProblem.requirements, 0, { to: '2028-01-02' }) }],
    ['two offers of one id', { offers: [...exampleProblem.offers, exampleProblem.offers[0]] }],
    ['an offer of nothing', { offers: changed(exampleProblem.offers, 0, { asset: 'A9' }) }],
    ['a need of nothing', { requirements: changed(exampleProblem.requirements, 0, { needs: ['R9'] }) }],
    [
      'a stock line that accepts standing units',
      { requirements: changed(exampleProblem.requirements, 2, { accepts: ['INF-BN'] }) },
    ],
    ['a field nobody knows', { extra: 1 }],
  ]
  test.each(cases)('%s', (_, change) => {
    expect(codes({ ...exampleProblem, ...change }, examplePlan)).toEqual(['PROBLEM_SHAPE'])
  })
})
