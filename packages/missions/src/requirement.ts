/**
 * Lines of a mission's Statement of Unit Requirements, each versioned on its own.
 *
 * Invariants: versions count up by one; a withdrawn line never revives; a line begins no earlier than the mandate, and ends no
 * later than a mandate that has been ended. The present term of a mandate does not bind: terms are renewed as a rule and units
 * are generated before that; what then hangs in the air shows as a flag.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { MissionCommand, MissionEvent } from '@muster/contracts/missions'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { put, valueAt, valuesOf, type Series } from '@muster/kernel/series'
import type { Day } from '@muster/kernel/time'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type RequirementEvent = Of<MissionEvent, 'RequirementIssued' | 'RequirementRevised' | 'RequirementWithdrawn'>
type RequirementCommand = Of<MissionCommand, 'IssueRequirement' | 'ReviseRequirement' | 'WithdrawRequirement'>
type Terms = Omit<Of<MissionCommand, 'IssueRequirement'>, 'type'>

export interface Requirement {
  readonly terms: Terms
  readonly version: number
  readonly withdrawn: boolean
}
/** By id. */
export type Requirements = Series<Requirement> | undefined

export const evolveRequirement = (requirements: Requirements, event: RequirementEvent): Requirements => {
  switch (event.type) {
    case 'RequirementIssued':
    case 'RequirementRevised': {
      const { version, ...terms } = payloadOf(event)
      return put(requirements, event.requirement, { terms, version, withdrawn: false })
    }
    case 'RequirementWithdrawn': {
      const line = valueAt(requirements, event.requirement)
      return line === undefined ? requirements : put(requirements, event.requirement, { ...line, withdrawn: true })
    }
  }
}

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<RequirementEvent>>

/** From its first day to the day on which it was ended, if it was. */
export interface MandateBounds {
  readonly from: Day
  readonly ended: Day | undefined
}

export const decideRequirement = (command: RequirementCommand, requirements: Requirements, mandate: MandateBounds): Decision => {
  const line = valueAt(requirements, command.requirement)
  switch (command.type) {
    case 'IssueRequirement':
      return line === undefined ? issue(command, mandate) : issueAgain(command, line)
    case 'ReviseRequirement':
      return line === undefined ? left(unknown(command.requirement)) : revise(command, line, mandate)
    case 'WithdrawRequirement':
      if (line === undefined) return left(unknown(command.requirement))
      return right(line.withdrawn ? [] : [{ ...command, type: 'RequirementWithdrawn' }])
  }
}

const issue = (command: Of<MissionCommand, 'IssueRequirement'>, mandate: MandateBounds): Decision => {
  const fault = contradiction(command, mandate)
  return fault === undefined ? right([{ ...command, version: 1, type: 'RequirementIssued' }]) : left(fault)
}

const issueAgain = (command: Of<MissionCommand, 'IssueRequirement'>, line: Requirement): Decision => {
  if (line.withdrawn) return left(withdrawn(command.requirement))
  if (same(inOrder(payloadOf(command)), inOrder(line.terms))) return right([])
  const message = `Requirement ${command.requirement} stands at version ${line.version} with other terms; revise it instead.`
  return left(rejected('requirement-already-issued', message, { pointer: '/requirement', details: { version: line.version } }))
}

const revise = (command: Of<MissionCommand, 'ReviseRequirement'>, line: Requirement, mandate: MandateBounds): Decision => {
  if (line.withdrawn) return left(withdrawn(command.requirement))
  if (same(inOrder(payloadOf(command)), inOrder(line.terms))) return right([])
  const fault = contradiction(command, mandate)
  return fault === undefined ? right([{ ...command, version: line.version + 1, type: 'RequirementRevised' }]) : left(fault)
}

const contradiction = (terms: Terms, { from, ended }: MandateBounds): Rejection | undefined => {
  if (terms.needs.includes(terms.requirement)) {
    return rejected('requirement-needs-itself', 'A requirement cannot depend on itself.', { pointer: '/needs' })
  }
  if (terms.from < from) {
    const message = `The mission is established from ${from}; a requirement cannot begin before.`
    return rejected('outside-the-mandate', message, { pointer: '/from', details: { from } })
  }
  if (ended !== undefined && terms.to > ended) {
    const message = `The mandate ends on ${ended}; a requirement cannot reach beyond.`
    return rejected('outside-the-mandate', message, { pointer: '/to', details: { to: ended } })
  }
  return undefined
}

const unknown = (requirement: string): Rejection =>
  rejected('unknown-requirement', `The mission has no requirement ${requirement}.`, { pointer: '/requirement' })

const withdrawn = (requirement: string): Rejection =>
  rejected('requirement-withdrawn', `Requirement ${requirement} was withdrawn; issue a new one under another id.`, {
    pointer: '/requirement',
  })

/** Lists in a requirement are sets: the order in which they were typed means nothing. */
const inOrder = (terms: Terms): Terms => ({
  ...terms,
  accepts: terms.accepts.toSorted(),
  languages: terms.languages.toSorted(),
  standards: terms.standards.toSorted(),
  needs: terms.needs.toSorted(),
  excludes: terms.excludes.toSorted((a, b) => (a.contributor < b.contributor ? -1 : 1)),
})

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** The lines in force, by id. */
export const standing = (requirements: Requirements): ReadonlyArray<Requirement> =>
  valuesOf(requirements).filter((line) => !line.withdrawn)
