/** Whatever is asked: a typed refusal, or a plan that the verifier accepts; never a wrong plan, a hang or a crash. */
import { allocate } from '@muster/allocation/allocate'
import { exampleProblem } from '@muster/verifier/testing'
import { verify } from '@muster/verifier/verify'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test, vi } from 'vitest'

/** Generous: these run beside everything else on the same cores. */
vi.setConfig({ testTimeout: 240_000 })

const changed = <T>(list: ReadonlyArray<T>, at: number, change: object): ReadonlyArray<T> =>
  list.map((item, i) => (i === at ? { ...item, ...change } : item))

const answer = async (change: object) => {
  const problem = { ...exampleProblem, ...change }
  return { problem, result: await allocate(problem, { mode: 'fast' })() }
}
const { requirements, offers, assets, missions, contributors } = exampleProblem

describe('refused, with a pointer', () => {
  const cases: ReadonlyArray<readonly [string, object]> = [
    ['a requirement that ends before it begins', { requirements: changed(requirements, 0, { to: '2026-12-31' }) }],
    ['a requirement beyond the horizon', { requirements: changed(requirements, 0, { to: '2028-01-02' }) }],
    ['a requirement of nothing', { requirements: changed(requirements, 0, { quantity: 0 }) }],
    ['a fraction of a copy', { assets: changed(assets, 0, { copies: 0.5 }) }],
    ['a negative burden', { assets: changed(assets, 0, { burden: -1 }) }],
    ['an asset of nobody', { assets: changed(assets, 0, { contributor: 'ZZZ' }) }],
    ['a party of no part', { assets: changed(assets, 2, { parties: [{ contributor: 'NPL', part: 0 }] }) }],
    ['two records of one id', { offers: [...offers, offers[0]] }],
    ['a day that does not exist', { decidedAt: '2027-02-30' }],
    [
      'weights that overflow',
      {
        requirements: changed(changed(requirements, 0, { weight: 999_999_937, quantity: 1_000_000_000 }), 1, {
          tier: 1,
          weight: 1_000_000_000,
          quantity: 1_000_000_000,
        }),
      },
    ],
    ['half a character in a name', { missions: [{ id: '\ud800' }], requirements: [], offers: [], assets: [] }],
    ['no problem at all', { format: 'muster.plan/1' }],
  ]
  test.each(cases)('%s', async (_, change) => {
    const { result } = await answer(change)
    expect(E.isLeft(result)).toBe(true)
    if (E.isRight(result)) return
    expect(['MalformedProblem', 'RefusedProblem']).toContain(result.left._tag)
    const violations = 'violations' in result.left ? result.left.violations : []
    expect(violations[0]?.pointer).toMatch(/^\//)
  })
})

describe('planned as far as it goes, with the reason', () => {
  const cases: ReadonlyArray<readonly [string, object, string | undefined]> = [
    ['nothing is asked', { requirements: [] }, undefined],
    ['nothing is offered', { offers: [], assets: [] }, 'NO_CAPABILITY'],
    ['nobody has any capacity', { contributors: contributors.map(({ id }) => ({ id, capacity: {} })) }, undefined],
    [
      'a requirement above every ceiling',
      {
        missions: changed(missions, 0, {
          ceilings: [{ from: '2027-01-01', to: '2028-01-01', capabilities: ['INF-BN'], quantity: 0 }],
        }),
      },
      undefined,
    ],
    ['caveats that exclude everything', { offers: offers.map((offer) => ({ ...offer, notIn: ['MINUSCA'] })) }, 'ALL_FILTERED'],
    ['an earmark for no mission at all', { offers: offers.map((offer) => ({ ...offer, onlyIn: [] })) }, 'ALL_FILTERED'],
    ['every contributor refused', { missions: changed(missions, 0, { refuses: ['NPL', 'GHA'] }) }, 'ALL_FILTERED'],
    ['notice longer than the horizon', { offers: offers.map((offer) => ({ ...offer, noticeDays: 1_000_000 })) }, 'NOT_IN_WINDOW'],
    ['a decision after everything', { decidedAt: '2099-01-01' }, 'NOT_IN_WINDOW'],
    [
      'tours longer than any window of an offer',
      { offers: offers.map((offer) => ({ ...offer, from: '2027-03-01', minTourDays: 1_000_000 })) },
      'NOT_IN_WINDOW',
    ],
    ['lines that need one another', { requirements: changed(requirements, 1, { needs: ['R1'] }) }, undefined],
    ['assets without copies', { assets: assets.map((asset) => ({ ...asset, copies: 0 })) }, 'NO_CAPABILITY'],
    ['weights of zero', { requirements: requirements.map((one) => ({ ...one, weight: 0 })) }, undefined],
    [
      'published rows that name nothing',
      { published: [{ offer: 'P0', requirement: 'R0', quantity: 1, from: '2027-01-01', to: '2027-02-01' }] },
      undefined,
    ],
    [
      'published rows that are unlawful',
      { published: [{ offer: 'P2', requirement: 'R1', quantity: 900, from: '2026-01-01', to: '2029-01-01' }] },
      undefined,
    ],
  ]
  test.each(cases)('%s', async (_, change, code) => {
    const { problem, result } = await answer(change)
    if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
    expect(verify(problem, result.right)).toEqual({ ok: true })
    if (code !== undefined) expect(result.right.uncovered.map(({ reason }) => reason.code)).toContain(code)
  })
})

test('twenty thousand identical offers are planned as one', async () => {
  const many = 20_000
  const identical = Array.from({ length: many }, (_, i) => ({
    asset: { id: `A${i}`, contributor: 'NPL', capability: 'INF-BN', copies: 1, burden: 10, persons: 850 },
    offer: { id: `P${i}`, asset: `A${i}`, from: '2027-01-01', to: '2028-01-01', languages: ['fr'], minTourDays: 180 },
  }))
  const { problem, result } = await answer({
    requirements: changed(requirements, 0, { quantity: 10_000, needs: [] }),
    assets: identical.map(({ asset }) => asset),
    offers: identical.map(({ offer }) => offer),
    missions: [{ id: 'MINUSCA' }],
  })
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  expect(result.right.tiers[0]).toMatchObject({ tier: 1, value: String(8 * 10_000 * 365) })
  expect(verify(problem, result.right)).toEqual({ ok: true })
})

test('twenty thousand offers of one asset are one offer, each of the others explained once', async () => {
  const many = 20_000
  const { problem, result } = await answer({
    requirements: changed(requirements, 0, { needs: [] }),
    offers: Array.from({ length: many }, (_, i) => ({
      id: `P${i}`,
      asset: assets[0]?.id ?? '',
      from: '2027-01-01',
      to: '2028-01-01',
      languages: ['fr'],
    })),
    missions: [{ id: 'MINUSCA' }],
  })
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  expect(result.right.unused.filter(({ reason }) => reason.code === 'DUPLICATE_CAPABILITY')).toHaveLength(many - 1)
  expect(verify(problem, result.right)).toEqual({ ok: true })
})
