import { Changes, PolicyVariant } from '@muster/contracts/allocation/questions'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { allocateNow } from '../allocate.ts'
import { readProblem } from '../problem.ts'
import { day, problemOf } from '../testing.ts'
import { withChanges } from './changes.ts'
import { counterfactual } from './counterfactual.ts'
import { policyPreview } from './policies.ts'
import { repaired } from './repaired.ts'

const changes = (document: object) => Changes.parse({ format: 'muster.changes/1', ...document })
const right = <L, A>(either: E.Either<L, A>): A => (E.isLeft(either) ? expect.fail(JSON.stringify(either.left)) : either.right)

const document = problemOf({
  lines: [{ id: 'R1' }, { id: 'R2', window: [0, 6] }],
  pledges: [
    { id: 'P1', more: { notIn: ['UNMISS'] } },
    { id: 'P2', contributor: 'RWA', window: [0, 6] },
  ],
  capacity: { NPL: 10, RWA: 10 },
})

describe('what if', () => {
  it('lays fields over records, adds records, and says what two plans differ in', async () => {
    const { difference } = right(await counterfactual(document, changes({ put: { offers: [{ id: 'P1', notIn: [] }] } }))())
    expect(difference).toMatchObject({ tiers: [{ tier: 1, gain: '12' }] })
    expect(difference.added.map(({ offer }) => offer)).toContain('P1')
    expect(difference.burdens.map(({ contributor }) => contributor)).toContain('NPL')
  })

  it('takes with a contributor its assets, with a mission its requirements, with a requirement the needs for it', () => {
    const problem = right(readProblem(document))
    const without = right(withChanges(problem, changes({ drop: { contributors: ['RWA'], requirements: ['R2'] } })))
    expect(without.offers.map(({ id }) => id)).toEqual(['P1'])
    expect(right(withChanges(problem, changes({ drop: { missions: ['UNMISS'] } }))).requirements).toEqual([])
  })

  it('refuses to drop what is not there, and changes that make no sense', () => {
    const problem = right(readProblem(document))
    expect(withChanges(problem, changes({ drop: { offers: ['P9'] } }))).toMatchObject({
      left: { code: 'UNKNOWN_REFERENCE', violations: [{ pointer: '/drop/offers/0' }] },
    })
    expect(withChanges(problem, changes({ put: { offers: [{ id: 'P1', to: day(0) }] } }))).toMatchObject({
      left: { code: 'EMPTY_WINDOW' },
    })
  })
})

it('carries a plan over to a changed problem: what can stay stays, the better plan is offered apart', async () => {
  const plan = right(allocateNow(document))
  const after = right(withChanges(right(readProblem(document)), changes({ put: { offers: [{ id: 'P1', notIn: [] }] } })))
  const answer = right(await repaired(document, plan.assignments, after)())
  expect(answer.keptPercent).toBe(100)
  expect(answer.removed).toEqual([])
  expect(answer.tiers).toEqual([{ tier: 1, value: '18' }])
  for (const { gain } of answer.offered.gains) expect(BigInt(gain)).toBeGreaterThanOrEqual(0n)
})

it('previews policies for every contributor: the plan in force judged anew, and the plan they lead to', async () => {
  const problem = problemOf({
    lines: [{ id: 'R1' }],
    pledges: [{ id: 'P1' }, { id: 'P2', contributor: 'RWA' }],
    capacity: { NPL: 10, RWA: 10 },
  })
  const population = PolicyVariant.parse({ name: 'population', capacity: { NPL: { personnel: 30 }, RWA: { personnel: 10 } } })
  const [preview] = right(await policyPreview(problem, [population])())
  const personnel = preview?.contributors.filter(({ dimension }) => dimension === 'personnel')
  // Six days each by equal capacities; three to one by population: 9 days against 3.
  expect(personnel).toEqual([
    { contributor: 'NPL', dimension: 'personnel', capacity: '30', now: 1, judged: 0.666667, replanned: 1 },
    { contributor: 'RWA', dimension: 'personnel', capacity: '10', now: 1, judged: 2, replanned: 1 },
  ])
  expect(preview?.difference.tiers).toEqual([{ tier: 1, gain: '0' }])
  expect(preview?.measures.find(({ dimension }) => dimension === 'personnel')).toMatchObject({
    judged: { capacityGini: 0.25 },
    replanned: { capacityGini: 0 },
  })
  const stranger = PolicyVariant.parse({ name: 'x', capacity: { ZZZ: { personnel: 1 } } })
  expect(await policyPreview(problem, [stranger])()).toMatchObject({ left: { code: 'UNKNOWN_REFERENCE' } })
})
