/**
 * A mission: its mandate, dated ceilings, money, the host's consent, and its requirements.
 *
 * Invariants: established once; the end of a mandate only moves later until it is ended, and then not at all; nothing is decided
 * for days after the end of an ended mandate (money is: liquidation goes on); cash and cuts belong to an approved budget and
 * its currency. `to` is the first day no longer covered.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { payloadOf, type Of } from '@muster/contracts/message'
import type { MissionCommand, MissionEvent } from '@muster/contracts/missions'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { implausibleDay, implausibleWindow, notYet } from '@muster/kernel/plausible'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import { put, valueAt, valueUpTo, type Series } from '@muster/kernel/series'
import type { Day } from '@muster/kernel/time'
import { consentsTo, decideConsent, evolveConsent, type Consents } from './consent.ts'
import { decideRequirement, evolveRequirement, standing, type Requirement, type Requirements } from './requirement.ts'

// ── State ────────────────────────────────────────────────────────────────────────────────────────────────────
type Command<T extends MissionCommand['type']> = Of<MissionCommand, T>
type Payload<T extends MissionCommand['type']> = Omit<Command<T>, 'type'>

interface FiscalYear {
  readonly budget: Payload<'ApproveBudget'>
  readonly cut: Payload<'OrderCashCut'> | undefined
  /** Receipts by day. */
  readonly cash: Series<Payload<'RecordCash'>> | undefined
}

export interface Mission {
  readonly establishment: Payload<'EstablishMission'> | undefined
  readonly mandate: {
    /** End of the present term, if one is set. */
    readonly to: Day | undefined
    /** The day on which it was decided to end. */
    readonly ended: Day | undefined
  }
  /** Steps by first day. */
  readonly ceilings: Readonly<Record<'military' | 'police', Series<Payload<'SetCeiling'>> | undefined>>
  readonly fiscalYears: Series<FiscalYear> | undefined
  readonly consents: Consents
  readonly requirements: Requirements
}

const evolve = (state: Mission, event: MissionEvent): Mission => {
  switch (event.type) {
    case 'MissionEstablished':
      return { ...state, establishment: payloadOf(event), mandate: { to: event.to, ended: undefined } }
    case 'MandateExtended':
      return { ...state, mandate: { ...state.mandate, to: event.to } }
    case 'MandateEnded':
      return { ...state, mandate: { ...state.mandate, ended: event.on } }
    case 'CeilingSet': {
      const steps = put(state.ceilings[event.category], event.from, payloadOf(event))
      return { ...state, ceilings: { ...state.ceilings, [event.category]: steps } }
    }
    case 'BudgetApproved':
    case 'CashCutOrdered':
    case 'CashReceived':
      return { ...state, fiscalYears: evolveMoney(state.fiscalYears, event) }
    case 'HostConsentGranted':
    case 'HostConsentRefused':
    case 'HostConsentWithdrawn':
      return { ...state, consents: evolveConsent(state.consents, event) }
    case 'RequirementIssued':
    case 'RequirementRevised':
    case 'RequirementWithdrawn':
      return { ...state, requirements: evolveRequirement(state.requirements, event) }
  }
}

type MoneyEvent = Of<MissionEvent, 'BudgetApproved' | 'CashCutOrdered' | 'CashReceived'>

const evolveMoney = (years: Mission['fiscalYears'], event: MoneyEvent): Mission['fiscalYears'] => {
  const year = valueAt(years, event.fiscalYear)
  if (event.type === 'BudgetApproved') {
    return put(years, event.fiscalYear, { cut: year?.cut, cash: year?.cash, budget: payloadOf(event) })
  }
  if (year === undefined) return years
  return event.type === 'CashCutOrdered'
    ? put(years, event.fiscalYear, { ...year, cut: payloadOf(event) })
    : put(years, event.fiscalYear, { ...year, cash: put(year.cash, event.on, payloadOf(event)) })
}

// ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────
type Decision = Either<Rejection, ReadonlyArray<MissionEvent>>

const decide = (envelope: Envelope<MissionCommand>, state: Mission): Decision => {
  const { command } = envelope
  const fault = unsoundDay(envelope)
  if (fault !== undefined) return left(fault)
  if (command.type === 'EstablishMission') return establish(command, state)
  const { establishment, mandate } = state
  if (establishment === undefined) {
    const message = `Mission ${command.mission} is not established yet; establish it first.`
    return left(rejected('mission-not-established', message, { pointer: '/mission' }))
  }
  switch (command.type) {
    case 'ExtendMandate':
      return extendMandate(command, establishment.from, mandate)
    case 'EndMandate':
      return endMandate(command, establishment.from, mandate)
    case 'SetCeiling':
      return afterTheEnd(command.from, mandate) ?? setCeiling(command, state.ceilings[command.category])
    case 'ApproveBudget':
      return approveBudget(command, valueAt(state.fiscalYears, command.fiscalYear))
    case 'OrderCashCut':
      return orderCashCut(command, valueAt(state.fiscalYears, command.fiscalYear))
    case 'RecordCash':
      return recordCash(command, valueAt(state.fiscalYears, command.fiscalYear))
    case 'GrantConsent':
    case 'RefuseConsent':
    case 'WithdrawConsent':
      return afterTheEnd(command.from, mandate) ?? decideConsent(command, state.consents)
    case 'IssueRequirement':
    case 'ReviseRequirement':
    case 'WithdrawRequirement':
      return decideRequirement(command, state.requirements, { from: establishment.from, ended: mandate.ended })
  }
}

/** A slip of the keyboard in one day must not stretch every report over centuries. */
const unsoundDay = ({ command, at, effectiveOn }: Envelope<MissionCommand>): Rejection | undefined => {
  switch (command.type) {
    case 'IssueRequirement':
    case 'ReviseRequirement':
      return implausibleWindow(command, at)
    case 'ExtendMandate':
      return implausibleDay(command.to, at, '/to')
    case 'EndMandate':
      return implausibleDay(command.on, at, '/on')
    case 'RecordCash':
      return notYet(command.on, { at, effectiveOn }) ?? implausibleDay(command.on, at, '/on')
    case 'ApproveBudget':
    case 'OrderCashCut':
      return implausibleDay(`${command.fiscalYear.slice(0, 4)}-07-01`, at, '/fiscalYear')
    case 'WithdrawRequirement':
      return undefined
    case 'EstablishMission':
      return (
        implausibleDay(command.from, at, '/from') ??
        (command.to === undefined ? undefined : implausibleDay(command.to, at, '/to'))
      )
    default:
      return implausibleDay(command.from, at, '/from')
  }
}

const establish = (command: Command<'EstablishMission'>, { establishment }: Mission): Decision => {
  if (establishment === undefined) return right([{ ...command, type: 'MissionEstablished' }])
  if (same(inOrder(payloadOf(command)), inOrder(establishment))) return right([])
  const message = `${command.mission} is established from ${establishment.from} with other terms; change them by their own commands.`
  return left(rejected('mission-already-established', message, { pointer: '/mission', details: { from: establishment.from } }))
}

const inOrder = (terms: Payload<'EstablishMission'>): Payload<'EstablishMission'> => ({
  ...terms,
  hosts: terms.hosts.toSorted(),
  formerPowers: terms.formerPowers.toSorted(),
})

const extendMandate = (command: Command<'ExtendMandate'>, from: Day, { to, ended }: Mission['mandate']): Decision => {
  if (ended !== undefined) return left(mandateEnded(ended))
  if (to === command.to) return right([])
  const earliest = to ?? from
  if (command.to > earliest) return right([{ ...command, type: 'MandateExtended' }])
  const message = `The mandate runs ${to === undefined ? 'from' : 'until'} ${earliest}; an extension must end later.`
  return left(rejected('mandate-not-extended', message, { pointer: '/to', details: { to: earliest } }))
}

const endMandate = (command: Command<'EndMandate'>, from: Day, { to, ended }: Mission['mandate']): Decision => {
  if (ended !== undefined) return ended === command.on ? right([]) : left(mandateEnded(ended))
  if (command.on <= from) {
    return left(
      rejected('mandate-ends-before-it-begins', `The mandate begins on ${from}.`, { pointer: '/on', details: { from } }),
    )
  }
  if (to !== undefined && command.on > to) {
    const message = `The mandate runs out on ${to} in any case; extend it first, or end it by then.`
    return left(rejected('mandate-ends-after-its-term', message, { pointer: '/on', details: { to } }))
  }
  return right([{ ...command, type: 'MandateEnded' }])
}

const mandateEnded = (on: Day): Rejection =>
  rejected('mandate-ended', `The mandate ends on ${on}; nothing can be decided for later days.`, { details: { on } })

const afterTheEnd = (from: Day, { ended }: Mission['mandate']): Decision | undefined =>
  ended !== undefined && from >= ended ? left(mandateEnded(ended)) : undefined

/** The Council's latest word on a day counts; what was set for that day before stays in the log. */
const setCeiling = (command: Command<'SetCeiling'>, steps: Series<Payload<'SetCeiling'>> | undefined): Decision =>
  right(same(valueAt(steps, command.from), payloadOf(command)) ? [] : [{ ...command, type: 'CeilingSet' }])

/** A budget is revised by approving it anew; cash already booked fixes its currency. */
const approveBudget = (command: Command<'ApproveBudget'>, year: FiscalYear | undefined): Decision => {
  if (year === undefined) return right([{ ...command, type: 'BudgetApproved' }])
  if (same(year.budget, payloadOf(command))) return right([])
  return inCurrencyOf(year, command) ?? right([{ ...command, type: 'BudgetApproved' }])
}

/** The part by which spending stays below the approved budget; a later order replaces an earlier one. */
const orderCashCut = (command: Command<'OrderCashCut'>, year: FiscalYear | undefined): Decision => {
  if (year === undefined) return left(noBudget(command))
  return right(year.cut !== undefined && same(year.cut, payloadOf(command)) ? [] : [{ ...command, type: 'CashCutOrdered' }])
}

/** All that was received on one day is one record. */
const recordCash = (command: Command<'RecordCash'>, year: FiscalYear | undefined): Decision => {
  if (year === undefined) return left(noBudget(command))
  const recorded = valueAt(year.cash, command.on)
  if (recorded === undefined) return inCurrencyOf(year, command) ?? right([{ ...command, type: 'CashReceived' }])
  if (same(recorded, payloadOf(command))) return right([])
  const message = `Cash of ${command.on} is recorded as ${recorded.amount.amount} ${recorded.amount.currency} minor units.`
  return left(rejected('cash-already-recorded', message, { pointer: '/on', details: { amount: recorded.amount } }))
}

const inCurrencyOf = (
  { budget }: FiscalYear,
  { amount, fiscalYear }: Payload<'RecordCash' | 'ApproveBudget'>,
): Decision | undefined => {
  if (amount.currency === budget.amount.currency) return undefined
  const message = `The budget of ${fiscalYear} is in ${budget.amount.currency}; give the amount in that currency.`
  return left(
    rejected('currency-differs', message, { pointer: '/amount/currency', details: { currency: budget.amount.currency } }),
  )
}

const noBudget = ({ mission, fiscalYear }: { readonly mission: string; readonly fiscalYear: string }): Rejection =>
  rejected('no-budget', `${mission} has no approved budget for ${fiscalYear}.`, { pointer: '/fiscalYear' })

// ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Authorised persons of a category on a day; undefined where no resolution has said. */
export const ceilingOn = ({ ceilings }: Mission, category: 'military' | 'police', day: Day): number | undefined =>
  valueUpTo(ceilings[category], day)?.quantity

/** Whether the mandate runs on a day, as far as is known. */
export const mandateRunsOn = ({ establishment, mandate }: Mission, day: Day): boolean => {
  if (establishment === undefined || day < establishment.from) return false
  const end = mandate.ended ?? mandate.to
  return end === undefined || day < end
}

/** Whether the host lets a contributor serve on a day. */
export const hostConsents = ({ consents }: Mission, contributor: string, day: Day): boolean =>
  consentsTo(consents, contributor, day)

/** The requirement lines in force, by id. */
export const requirementsOf = ({ requirements }: Mission): ReadonlyArray<Requirement> => standing(requirements)

export const mission: Decider<MissionCommand, Mission, MissionEvent, Rejection> = {
  initial: {
    establishment: undefined,
    mandate: { to: undefined, ended: undefined },
    ceilings: { military: undefined, police: undefined },
    fiscalYears: undefined,
    consents: [],
    requirements: undefined,
  },
  evolve,
  decide,
  isTerminal: () => false,
}
