import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { allocateNow } from '@muster/allocation/allocate'
import { Problem } from '@muster/contracts/allocation/problem'
import type { RecordedEvent } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import type { Unhandled } from './give.ts'
import { planner, type PlannerDeps } from './planner.ts'
import type { Reaction } from './reactions.ts'

const problem = Problem.parse({
  format: 'muster.problem/1',
  horizon: { from: '2027-01-01', to: '2027-02-01' },
  decidedAt: '2027-01-01',
  capabilities: [{ code: 'UNMO', dimension: 'personnel', measure: 'standing' }],
  contributors: [{ id: 'IRL', capacity: { personnel: 10 } }],
  missions: [{ id: 'UNDOF' }],
  requirements: [
    { id: 'R1', mission: 'UNDOF', capability: 'UNMO', tier: 1, weight: 1, quantity: 3, from: '2027-01-01', to: '2027-02-01' },
  ],
  assets: [{ id: 'A1', contributor: 'IRL', capability: 'UNMO', copies: 2 }],
  offers: [{ id: 'A1', asset: 'A1', from: '2027-01-01', to: '2027-02-01' }],
})
const request = { type: 'PlanRequested', plan: 'p1', basis: 'pledges', from: '2027-01-01', to: '2027-02-01' } as const
const recorded: RecordedEvent = {
  id: 'e1',
  stream: 'plan-p1',
  type: 'PlanRequested',
  data: {},
  revision: 0,
  position: settledAt(42),
  recordedAt: '2027-01-01T00:00:00.000Z',
  metadata: { commandId: 'c', correlationId: 'k', causationId: 'c', actor: { role: 'officer' }, effectiveOn: '2027-01-01' },
}

const run = async (
  more: Partial<PlannerDeps> = {},
): Promise<{ readonly given: ReadonlyArray<Reaction>; readonly handled: E.Either<Unhandled, void> }> => {
  const given: Reaction[] = []
  const react = planner({
    give: async (reaction) => {
      given.push(reaction)
      return E.right(undefined)
    },
    fold: async () => E.right({ problem, policy: 'default-1' }),
    solve: async () => allocateNow(problem),
    ...more,
  })
  return { handled: await react(request, recorded), given }
}

describe('the planner', () => {
  test('records the plan with the position of its inputs and the digests of problem and result', async () => {
    const { given } = await run()
    const solution = allocateNow(problem)
    expect(given).toMatchObject([
      {
        key: 'RecordPlan:p1',
        type: 'RecordPlan',
        data: {
          plan: 'p1',
          inputsPosition: 42,
          policy: 'default-1',
          problem,
          solution: E.isRight(solution) ? solution.right : undefined,
        },
      },
    ])
  })
  test('folds the problem as it was known when the plan was requested', async () => {
    let asked: number | undefined
    await run({
      fold: async (_, position) => {
        asked = position
        return E.right({ problem, policy: 'default-1' })
      },
    })
    expect(asked).toBe(42)
  })
  test('records why there is no plan when the problem cannot be folded', async () => {
    const { given } = await run({ fold: async () => E.left('No policy is in force.') })
    expect(given).toMatchObject([
      { type: 'RecordPlanFailure', data: { plan: 'p1', code: 'no-problem', message: 'No policy is in force.' } },
    ])
  })
  test('never records a plan that the examiner finds broken', async () => {
    const solution = allocateNow(problem)
    if (E.isLeft(solution)) throw new Error(solution.left._tag)
    const [assignment] = solution.right.assignments
    const tampered = { ...solution.right, assignments: [{ ...assignment!, quantity: 3 }] }
    const { given } = await run({ solve: async () => E.right(tampered) })
    expect(given).toMatchObject([{ type: 'RecordPlanFailure', data: { code: 'plan-broken' } }])
  })
  test('tries again when the log does not take the plan', async () => {
    const { handled } = await run({ give: async () => E.left({ _tag: 'Unavailable', message: 'The log did not answer.' }) })
    expect(handled).toEqual(E.left({ _tag: 'NotYet', reason: 'The log did not answer.' }))
  })
})
