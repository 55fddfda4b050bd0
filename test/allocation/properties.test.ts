/** Section 9 of the allocation design: what must hold of every plan, whatever the problem. Problems are synthetic. */
import { canonical } from '@muster/verifier/canonical'
import { dayNumber } from '@muster/verifier/days'
import { freeRun } from '@muster/verifier/evidence'
import { isEligible } from '@muster/verifier/lawful'
import { readProblem, readTours } from '@muster/verifier/model'
import { verify } from '@muster/verifier/verify'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { planOf } from './planning.ts'
import { ANYTHING, day, ORACLE, problems, type SmallProblem } from './problems.ts'
import { compareValues, valuesOf } from './values.ts'

const check = (runs: number, property: (problem: SmallProblem, random: () => number) => Promise<void>, scope = ANYTHING) =>
  fc.assert(
    fc.asyncProperty(
      problems(scope),
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      async (problem, stream) => {
        await property(problem, () => stream.next().value ?? 0)
      },
    ),
    { numRuns: runs, seed: 4 },
  )

const shuffled = <T>(list: ReadonlyArray<T>, random: () => number): T[] =>
  list
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)

/** The same problem without ceilings, shares, missions per contributor and needs. */
const withoutRules = (problem: SmallProblem): SmallProblem => ({
  ...problem,
  missions: problem.missions.map((mission) => ({ ...mission, ceilings: [], maxPercent: null })),
  requirements: problem.requirements.map((requirement) => ({ ...requirement, needs: [] })),
  policy: { ...problem.policy, maxMissionsPerContributor: null },
})

/** Every array of the document in another order. */
const reordered = (value: unknown, random: () => number): unknown => {
  if (Array.isArray(value))
    return shuffled(
      value.map((item) => reordered(item, random)),
      random,
    )
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(shuffled(Object.entries(value), random).map(([key, item]) => [key, reordered(item, random)]))
}

const scaled = (problem: SmallProblem, burden: number, capacity: number): object => ({
  ...problem,
  assets: problem.assets.map((asset) => ({ ...asset, burden: asset.burden * burden })),
  contributors: problem.contributors.map((c) => ({
    ...c,
    capacity: Object.fromEntries(Object.entries(c.capacity).map(([dimension, key]) => [dimension, key * capacity])),
  })),
})

/** Generous: these run beside everything else on the same cores. */
vi.setConfig({ testTimeout: 240_000 })

describe('every plan', () => {
  test('passes the verifier, whichever rules meet', async () => {
    await check(400, async (problem) => {
      expect(verify(problem, await planOf(problem, 'fast'))).toEqual({ ok: true })
    })
  })

  test('is the same bytes whatever the order of the arrays and fields', async () => {
    await check(150, async (problem, random) => {
      const plan = await planOf(problem, 'fast')
      expect(canonical(await planOf(reordered(problem, random), 'fast'))).toBe(canonical(plan))
    })
  })

  test('is a fixpoint: published, it is the next plan', async () => {
    await check(200, async (problem) => {
      const { assignments } = await planOf(problem, 'fast')
      expect((await planOf({ ...problem, published: assignments }, 'fast')).assignments).toEqual(assignments)
    })
  })
})

describe('nothing is wasted and nothing is unjust', () => {
  test('no copy is free for a whole tour beside a gap it may fill, where no rule across pairs can forbid it', async () => {
    await check(300, async (problem) => {
      const free = withoutRules(problem)
      const plan = await planOf(free, 'fast')
      const read = readProblem(free)
      if ('findings' in read) throw new Error(JSON.stringify(read.findings))
      const away = Map.groupBy(readTours(read.model, plan.assignments).tours, ({ offer }) => offer.asset)
      const wasted = plan.uncovered.flatMap((gap) => {
        const requirement = read.model.requirements.get(gap.requirement)
        if (requirement === undefined || requirement.record.weight === 0) return []
        const stretch = { from: dayNumber(gap.from), to: dayNumber(gap.to) }
        return [...read.model.offers.values()]
          .filter((offer) => isEligible(offer, requirement) && offer.asset.record.persons > 0)
          .filter((offer) => freeRun(offer, requirement, stretch, away.get(offer.asset) ?? []) !== undefined)
          .map(({ record }) => `${record.id} beside ${gap.requirement}`)
      })
      expect(wasted).toEqual([])
    })
  })
})

describe('what does not matter', () => {
  test('the unit of burden and the unit of capacity', async () => {
    await check(150, async (problem) => {
      const { assignments } = await planOf(problem, 'fast')
      expect((await planOf(scaled(problem, 7, 1), 'fast')).assignments).toEqual(assignments)
      expect((await planOf(scaled(problem, 1, 1_000), 'fast')).assignments).toEqual(assignments)
    })
  })

  test('the names, for the coverage reached by the exact backend', async () => {
    await check(
      60,
      async (problem) => {
        const renamed: unknown = JSON.parse(
          JSON.stringify(problem).replaceAll(
            /"([RPA])(\d)"/g,
            (_, letter: string, digit: string) => `"${letter}${9 - Number(digit)}-x"`,
          ),
        )
        const values = valuesOf(await planOf(problem, 'exact'))
        expect(valuesOf(await planOf(renamed, 'exact'))).toEqual(values)
      },
      ORACLE,
    )
  })
})

describe('what can only help or only hurt', () => {
  test('one more pledge never lowers the best coverage, nor that of a plan already published', async () => {
    await check(
      80,
      async (problem) => {
        const offer = { ...problem.offers[0], id: 'P-MORE', asset: 'A-MORE', from: day(0), to: day(7), notIn: [], onlyIn: null }
        const more = {
          ...problem,
          assets: [...problem.assets, { ...problem.assets[0], id: 'A-MORE', parties: [], copies: 1 }],
          offers: [...problem.offers, offer],
        }
        const before = await planOf(problem, 'exact')
        expect(compareValues(valuesOf(await planOf(more, 'exact')), valuesOf(before))).toBeGreaterThanOrEqual(0)
        const fast = await planOf(problem, 'fast')
        const repaired = await planOf({ ...more, published: fast.assignments }, 'fast')
        expect(compareValues(valuesOf(repaired), valuesOf(fast))).toBeGreaterThanOrEqual(0)
      },
      ORACLE,
    )
  })

  test('a line of a lower tier takes nothing from the tiers above it', async () => {
    await check(
      80,
      async (problem) => {
        const [first] = problem.requirements
        const less = { ...problem, requirements: [...problem.requirements, { ...first, id: 'R-LAST', tier: 9, needs: [] }] }
        const before = valuesOf(await planOf(problem, 'exact'))
        const after = valuesOf(await planOf(less, 'exact'))
        // A new requirement raises what maxPercent allows in its mission, so the tiers above may gain, never lose.
        expect(compareValues(after.slice(0, before.length), before)).toBeGreaterThanOrEqual(0)
      },
      ORACLE,
    )
  })

  test('an asset split into single copies covers the same', async () => {
    await check(
      80,
      async (problem) => {
        const split = {
          ...problem,
          assets: problem.assets.flatMap((asset) =>
            Array.from({ length: asset.copies }, (_, i) => ({ ...asset, id: `${asset.id}-${i}`, copies: 1 })),
          ),
          offers: problem.offers.flatMap((offer) => {
            const copies = problem.assets.find(({ id }) => id === offer.asset)?.copies ?? 0
            return Array.from({ length: copies }, (_, i) => ({ ...offer, id: `${offer.id}-${i}`, asset: `${offer.asset}-${i}` }))
          }),
        }
        const values = valuesOf(await planOf(problem, 'exact'))
        expect(valuesOf(await planOf(split, 'exact'))).toEqual(values)
      },
      ORACLE,
    )
  })
})
