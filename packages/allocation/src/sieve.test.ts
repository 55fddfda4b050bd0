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
      }),
      fc.record({
        notIn: some(MISSIONS),
        onlyIn: fc.option(some(MISSIONS)),
        languages: fc.subarray([...LANGUAGES], { minLength: 30 }),
        readiness: fc.nat({ max: 2 }),
      }),
      some(['NPL']),
      (line, offer, refuses) => {
        const document = problemOf({ lines: [{ id: 'R1', more: line }], pledges: [{ id: 'P1', more: offer }] })
        const problem = Problem.parse({ ...document, missions: MISSIONS.map((id) => ({ id, refuses })) })
        const [requirement, asset, pledge] = [problem.requirements[0]!, problem.assets[0]!, problem.offers[0]!]
        const mission = problem.missions.find((m) => m.id === requirement.mission)!
        const conditions = conditionsOf(pledge, asset)
        const isPassing = failures(conditions, demandsOf(requirement, mission)).length === 0
        const places = Array.from({ length: 40 }, (_, place) => [place, conditions] as const)
        expect([...new Sieve(places).passing(requirement, mission)]).toEqual(isPassing ? places.map(([place]) => place) : [])
      },
    ),
  )
})
