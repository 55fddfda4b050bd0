/** The rule book of a plan, then what holds under any history at all. */
import * as fc from 'fast-check'
import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { planEvents, type PlanCommand, type PlanEvent } from '@muster/contracts/planning'
import { fold } from '@muster/kernel/decider'
import { envelope, specification } from '@muster/kernel/testing'
import { plan } from './plan.ts'
import { anyPlanCommand, assignments, computed, otherwise, recording, requested } from './testing.ts'

const given = specification(plan)
const X1 = { plan: 'X1' }
const request = { type: 'RequestPlan', ...X1, basis: 'pledges', from: '2027-03-01', to: '2028-03-01' } as const
const failed: PlanEvent = { type: 'PlanFailed', ...X1, code: 'cancelled', message: 'stopped' }
const approved: PlanEvent = { type: 'PlanApproved', ...X1 }
const rejected: PlanEvent = { type: 'PlanRejected', ...X1, reason: 'too many handovers' }
const superseded: PlanEvent = { type: 'PlanSuperseded', ...X1, by: 'X2' }
const [first = { offer: '', requirement: '', quantity: 1, from: '', to: '' }] = assignments
const refusal = { ...X1, assignment: first, code: 'not-enough', message: 'Only 0 is free.' }
const refused: PlanEvent = { type: 'PlanAssignmentRefused', ...refusal }

describe('requesting a plan', () => {
  test('names its basis and window', () => {
    given().when(request).then(requested).andAgain.thenNothing()
  })
  test('again is already so, whatever has become of it', () => {
    given(requested, computed, approved).when(request).thenNothing()
  })
  test('otherwise under the same id is refused', () => {
    given(requested)
      .when({ ...request, to: '2029-03-01' })
      .thenRefused('plan-exists')
  })
  test('for a window that nobody can mean is refused', () => {
    given()
      .when({ ...request, to: '2127-03-01' })
      .thenRefused('implausible-day')
  })
})

describe('the result', () => {
  test('is recorded once', () => {
    given(requested).when(recording(computed)).then(computed).andAgain.thenNothing()
  })
  test('never changes', () => {
    given(requested, computed).when(recording(otherwise)).thenRefused('plan-computed')
    given(requested, computed, approved).when(recording(otherwise)).thenRefused('plan-computed')
  })
  test('rests on the numbers that were asked for', () => {
    given(requested)
      .when(recording({ ...computed, basis: 'reported-strength' }))
      .thenRefused('other-basis')
  })
  test('answers the problem it is recorded with', () => {
    given(requested)
      .when(recording({ ...computed, problemDigest: `sha256:${'f'.repeat(64)}` }))
      .thenRefused('other-problem')
  })
  test('may be a failure', () => {
    given(requested)
      .when({ ...failed, type: 'RecordPlanFailure' })
      .then(failed)
      .andAgain.thenNothing()
    given(requested, computed)
      .when({ ...failed, type: 'RecordPlanFailure' })
      .thenRefused('plan-computed')
  })
})

describe('the decision', () => {
  test('approves a computed plan', () => {
    given(requested, computed)
      .when({ type: 'ApprovePlan', ...X1 })
      .then(approved)
      .andAgain.thenNothing()
  })
  test('rejects a computed plan with a reason', () => {
    given(requested, computed)
      .when({ type: 'RejectPlan', ...X1, reason: 'too many handovers' })
      .then(rejected)
      .andAgain.thenNothing()
  })
  test('waits for the result', () => {
    given(requested)
      .when({ type: 'ApprovePlan', ...X1 })
      .thenRefused('plan-not-computed')
    given(requested)
      .when({ type: 'RejectPlan', ...X1, reason: 'x' })
      .thenRefused('plan-not-computed')
    given(requested)
      .when({ type: 'SupersedePlan', ...X1, by: 'X2' })
      .thenRefused('plan-not-computed')
  })
  test('stands', () => {
    given(requested, computed, approved)
      .when({ type: 'RejectPlan', ...X1, reason: 'x' })
      .thenRefused('plan-approved')
    given(requested, computed, rejected)
      .when({ type: 'ApprovePlan', ...X1 })
      .thenRefused('plan-rejected')
    given(requested, computed, rejected)
      .when({ type: 'RejectPlan', ...X1, reason: 'another' })
      .thenRefused('plan-rejected')
  })
})

describe('another plan', () => {
  test.each([[[]], [[approved]], [[rejected]]])('takes the place of a computed plan, decided on or not', (decision) => {
    given(requested, computed, ...decision)
      .when({ type: 'SupersedePlan', ...X1, by: 'X2' })
      .then(superseded)
      .andAgain.thenNothing()
  })
  test('is another one', () => {
    given(requested, computed)
      .when({ type: 'SupersedePlan', ...X1, by: 'X1' })
      .thenRefused('superseded-by-itself')
  })
})

describe('an assignment that cannot become a proposal', () => {
  test('is refused with its reason', () => {
    given(requested, computed, approved)
      .when({ type: 'RefuseAssignment', ...refusal })
      .then(refused)
      .andAgain.thenNothing()
  })
  test('belongs to an approved plan', () => {
    given(requested, computed)
      .when({ type: 'RefuseAssignment', ...refusal })
      .thenRefused('plan-not-approved')
  })
  test('is one of that plan', () => {
    given(requested, computed, approved)
      .when({ type: 'RefuseAssignment', ...refusal, assignment: { ...first, quantity: 9 } })
      .thenRefused('no-such-assignment')
  })
  test('is refused for one reason', () => {
    given(requested, computed, approved, refused)
      .when({ type: 'RefuseAssignment', ...refusal, code: 'pledge-withdrawn' })
      .thenRefused('refused-otherwise', { code: 'not-enough' })
  })
})

const everyCommand: ReadonlyArray<PlanCommand> = [
  request,
  recording(computed),
  { ...failed, type: 'RecordPlanFailure', message: 'another reason' },
  { type: 'ApprovePlan', ...X1 },
  { type: 'RejectPlan', ...X1, reason: 'x' },
  { type: 'SupersedePlan', ...X1, by: 'X9' },
  { type: 'RefuseAssignment', ...refusal },
]
describe.each(everyCommand)('$type', (command) => {
  test('is refused on a failed plan', () => given(requested, failed).when(command).thenRefused('plan-failed'))
  test('is refused on a superseded plan', () =>
    given(requested, computed, superseded).when(command).thenRefused('plan-superseded'))
})
test.each(everyCommand.filter(({ type }) => type !== 'RequestPlan'))('$type needs a plan', (command) => {
  given().when(command).thenRefused('unknown-plan')
})

/** Plays the commands one after the other, each twice: those that are refused change nothing, and neither does the repetition. */
const play = (commands: ReadonlyArray<PlanCommand>): ReadonlyArray<PlanEvent> => {
  const history: PlanEvent[] = []
  for (const command of commands) {
    const before = fold(plan, history)
    const outcome = plan.decide(envelope(command), before)
    if (isRight(outcome)) history.push(...outcome.right)
    expect(plan.decide(envelope(command), fold(plan, history))).toEqual(isRight(outcome) ? right([]) : outcome)
    expect(outcome).toMatchObject(
      plan.isTerminal(before) && !isRight(outcome)
        ? { left: { code: expect.stringMatching(/^plan-(failed|superseded)$/) } }
        : outcome,
    )
  }
  return history
}

describe('whatever is asked of a plan, in whatever order', () => {
  const commands = fc.array(anyPlanCommand, { maxLength: 40, size: 'max' })

  test('the same command again, at once, yields nothing, and what has ended stays so', () => {
    fc.assert(
      fc.property(commands, (wishes) => {
        const ends = play(wishes).flatMap(({ type }, index) => (type === 'PlanFailed' || type === 'PlanSuperseded' ? index : []))
        expect(ends.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })
  test('there is at most one result and one decision, and no assignment is refused twice', () => {
    fc.assert(
      fc.property(commands, (wishes) => {
        const history = play([request, ...wishes])
        const count = (...types: PlanEvent['type'][]) => history.filter(({ type }) => types.includes(type)).length
        expect(count('PlanComputed', 'PlanFailed')).toBeLessThanOrEqual(1)
        expect(count('PlanApproved', 'PlanRejected')).toBeLessThanOrEqual(1)
        const offers = history.flatMap((event) => (event.type === 'PlanAssignmentRefused' ? event.assignment.offer : []))
        expect(new Set(offers).size).toBe(offers.length)
      }),
      { numRuns: 300 },
    )
  })
  test('every event is one that the contract knows, and all kinds come about', () => {
    const seen = new Set<string>()
    for (const wishes of fc.sample(commands, { numRuns: 300, seed: 7 })) {
      for (const { type, ...data } of play([request, ...wishes])) {
        expect(planEvents[type].parse(data)).toEqual(data)
        seen.add(type)
      }
    }
    expect([...seen].toSorted()).toEqual(Object.keys(planEvents).toSorted())
  })
})
