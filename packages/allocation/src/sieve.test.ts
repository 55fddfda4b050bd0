import { Problem } from '@muster/contracts/allocation/problem'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { conditionsOf, demandsOf, failures } from './filters.ts'
import { Sieve } from './sieve.ts'
import { problemOf } from './testing.ts'

const names = (prefix: string, n: number): ReadonlyArray<string> => Array.from({ length: n }, (_, i) => `${prefix}${i}`)
const MISSIONS = names('M', 40)
const LANGUAGES = names('x', 40)
const some = (list: ReadonlyArray<string>) => fc.subarray([...list], { maxLength: Math.min(3, list.length) })

it('lets through exactly what no filter stops', () => {
  fc.assert(
    fc.property(
      fc.record({
        mission: fc.constantFrom(...MISSIONS),
        languages: some(LANGUAGES),
        excludes: some(['NPL', 'RWA']),
        minReadiness: fc.nat({ max: 2 }),
        maxNoticeDays: fc.option(fc.nat({ max: 3 })),
      }),
      fc.array(
        fc.record({
          notIn: some(MISSIONS),
          onlyIn: fc.option(some(MISSIONS)),
          languages: fc.subarray([...LANGUAGES], { minLength: 30 }),
          readiness: fc.nat({ max: 2 }),
          noticeDays: fc.nat({ max: 3 }),
        }),
        { minLength: 1, maxLength: 80 },
      ),
      some(['NPL']),
      (line, offers, refuses) => {
        const document = problemOf({
          lines: [{ id: 'R1', more: line }],
          pledges: offers.map((more, i) => ({ id: `P${i}`, more })),
        })
        const problem = Problem.parse({ ...document, missions: MISSIONS.map((id) => ({ id, refuses })) })
        const [requirement] = problem.requirements
        const mission = problem.missions.find((m) => m.id === requirement!.mission)!
        const assets = new Map(problem.assets.map((asset) => [asset.id, asset]))
        const all = problem.offers.map((offer, o) => [o, conditionsOf(offer, assets.get(offer.asset)!)] as const)
        const passing = all.filter(([, c]) => failures(c, demandsOf(requirement!, mission)).length === 0)
        expect([...new Sieve(all).passing(requirement!, mission)]).toEqual(passing.map(([o]) => o))
      },
    ),
  )
})
