/** The rule book of a flag, then what holds under any history at all. */
import * as fc from 'fast-check'
import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { flagEvents, type FlagCommand, type FlagEvent } from '@muster/contracts/planning'
import { fold } from '@muster/kernel/decider'
import { envelope, specification } from '@muster/kernel/testing'
import { flag } from './flag.ts'
import { anyFlagCommand, raised } from './testing.ts'

const given = specification(flag)
const id = { flag: raised.flag }
const raise = { ...raised, type: 'RaiseFlag' } as const
const acknowledged: FlagEvent = { type: 'FlagAcknowledged', ...id, note: 'known' }
const cleared: FlagEvent = { type: 'FlagCleared', ...id, reason: 'below the threshold' }
const otherFigures = { evidence: { top5Permille: 801 } }

describe('a flag', () => {
  test('is raised with its evidence', () => {
    given().when(raise).then(raised).andAgain.thenNothing()
  })
  test('says so when the evidence changes', () => {
    given(raised)
      .when({ ...raise, ...otherFigures })
      .then({ ...raised, ...otherFigures, type: 'FlagEvidenceChanged' })
      .andAgain.thenNothing()
  })
  test('is not raised again by equal evidence, in whatever order its fields come', () => {
    const evidence = { a: 1, b: { c: [1, 2], d: 'x' } }
    given({ ...raised, evidence })
      .when({ ...raise, evidence: { b: { d: 'x', c: [1, 2] }, a: 1 } })
      .thenNothing()
  })
  test('stands for one kind and one subject', () => {
    given(raised)
      .when({ ...raise, subject: { mission: 'UNAMID' } })
      .thenRefused('flag-of-something-else')
    given(raised)
      .when({ ...raise, kind: 'single-contributor-dependence' })
      .thenRefused('flag-of-something-else')
    given(raised, cleared)
      .when({ ...raise, subject: { mission: 'UNAMID' } })
      .thenRefused('flag-of-something-else')
  })
  test('is acknowledged with a note, and again with another one', () => {
    given(raised)
      .when({ type: 'AcknowledgeFlag', ...id, note: 'known' })
      .then(acknowledged)
      .andAgain.thenNothing()
    given(raised, acknowledged)
      .when({ type: 'AcknowledgeFlag', ...id, note: 'asked for two more' })
      .then({ ...acknowledged, note: 'asked for two more' })
      .andAgain.thenNothing()
  })
  test('stays acknowledged with other figures, but not when it becomes graver', () => {
    const changed: FlagEvent = { ...raised, ...otherFigures, type: 'FlagEvidenceChanged' }
    expect(fold(flag, [raised, acknowledged, changed]).registered?.standing.status).toBe('acknowledged')
    expect(fold(flag, [raised, acknowledged, { ...changed, severity: 'info' }]).registered?.standing.status).toBe('acknowledged')
    expect(fold(flag, [raised, acknowledged, { ...changed, severity: 'critical' }]).registered?.standing.status).toBe('raised')
  })
  test('is cleared with a reason, acknowledged or not', () => {
    given(raised)
      .when({ type: 'ClearFlag', ...id, reason: 'below the threshold' })
      .then(cleared)
      .andAgain.thenNothing()
    given(raised, acknowledged)
      .when({ type: 'ClearFlag', ...id, reason: 'below the threshold' })
      .then(cleared)
    given(raised, cleared)
      .when({ type: 'ClearFlag', ...id, reason: 'another reason' })
      .thenNothing()
  })
  test('is not acknowledged once it is cleared', () => {
    given(raised, cleared)
      .when({ type: 'AcknowledgeFlag', ...id, note: 'known' })
      .thenRefused('flag-cleared')
  })
  test('comes back under its own id', () => {
    given(raised, acknowledged, cleared).when(raise).then(raised).andAgain.thenNothing()
    expect(fold(flag, [raised, acknowledged, cleared, raised]).registered).toMatchObject({
      standing: { status: 'raised' },
      timesRaised: 2,
    })
  })
  test('is neither acknowledged nor cleared before it is raised', () => {
    given()
      .when({ type: 'AcknowledgeFlag', ...id, note: 'known' })
      .thenRefused('unknown-flag')
    given()
      .when({ type: 'ClearFlag', ...id, reason: 'x' })
      .thenRefused('unknown-flag')
  })
})

/** Plays the commands one after the other, each twice: those that are refused change nothing, and neither does the repetition. */
const play = (commands: ReadonlyArray<FlagCommand>): ReadonlyArray<FlagEvent> => {
  const history: FlagEvent[] = []
  for (const command of commands) {
    const outcome = flag.decide(envelope(command), fold(flag, history))
    if (isRight(outcome)) history.push(...outcome.right)
    expect(flag.decide(envelope(command), fold(flag, history))).toEqual(isRight(outcome) ? right([]) : outcome)
  }
  return history
}

describe('whatever is found, in whatever order', () => {
  const commands = fc.array(anyFlagCommand, { maxLength: 40, size: 'max' })

  test('raised and cleared take turns, and the subject never changes', () => {
    fc.assert(
      fc.property(commands, (wishes) => {
        const history = play(wishes)
        const turns = history.flatMap(({ type }) => (type === 'FlagRaised' || type === 'FlagCleared' ? type : []))
        expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'FlagRaised' : 'FlagCleared')))
        const subjects = new Set(history.flatMap((event) => ('subject' in event ? JSON.stringify(event.subject) : [])))
        expect(subjects.size).toBeLessThanOrEqual(1)
        expect(flag.isTerminal(fold(flag, history))).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
  test('every event is one that the contract knows, and all kinds come about', () => {
    const seen = new Set<string>()
    for (const wishes of fc.sample(commands, { numRuns: 200, seed: 7 })) {
      for (const { type, ...data } of play(wishes)) {
        expect(flagEvents[type].parse(data)).toEqual(data)
        seen.add(type)
      }
    }
    expect([...seen].toSorted()).toEqual(Object.keys(flagEvents).toSorted())
  })
})
