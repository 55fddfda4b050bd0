/** Every event as one sentence that needs no manual: what histories and statements show. */
import type { DomainEvent } from '@muster/contracts/events'
import type { Caveat } from '@muster/contracts/pledging'
import type { Money } from '@muster/contracts/primitives'

const window = ({ from, to }: { readonly from: string; readonly to: string }): string => `from ${from} to ${to}`
const counted = (quantity: number, one: string, many = `${one}s`): string => `${quantity} ${quantity === 1 ? one : many}`
const optionally = (words: string, value: string | undefined): string => (value === undefined ? '' : `${words}${value}`)
const persons = ({ men, women }: { readonly men: number; readonly women: number }): number => men + women

/** `USD 125,000.00`: minor units of two digits, as all currencies of the budgets have. */
export const moneyInWords = ({ amount, currency }: Money): string => {
  const padded = amount.padStart(3, '0')
  const whole = padded.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${currency} ${whole}.${padded.slice(-2)}`
}

export const caveatInWords = (caveat: Caveat): string => {
  switch (caveat.kind) {
    case 'not-in-mission':
      return `not in ${caveat.mission}`
    case 'no-task':
      return `not for ${caveat.task}`
    case 'max-stay':
      return `at most ${counted(caveat.days, 'day')}`
    case 'other':
      return caveat.text
  }
}

const readiness = ['', 'registered', 'visited', 'aligned with the requirement', 'rapidly deployable']
const level = (number: number): string => `${number} (${readiness[number] ?? 'unknown'})`

const offered = (terms: {
  readonly capability: string
  readonly quantity?: number | undefined
  readonly amount?: Money | undefined
}): string => (terms.amount === undefined ? `${terms.quantity ?? 0} × ${terms.capability}` : moneyInWords(terms.amount))

const consentOf = (mission: string, contributor: string | undefined): string =>
  contributor === undefined ? `the mission ${mission}` : `${contributor} in ${mission}`

export const inPlainWords = (event: DomainEvent): string => {
  switch (event.type) {
    case 'ContributorRegistered':
      return `${event.name} was registered as a contributing ${event.kind}.`
    case 'ContributorDescribed':
      return `The description of ${event.name} was brought up to date.`
    case 'ContributorAffiliated':
      return `${event.contributor} joined ${event.organisation} on ${event.from}${optionally(' until ', event.to)}.`
    case 'AffiliationEnded':
      return `${event.contributor} left ${event.organisation} on ${event.on}.`
    case 'CapacityFigureAdopted':
      return `The figure of ${event.contributor} for ${event.key} in ${event.year} was set to ${event.value} (${event.source}).`
    case 'CapabilityDefined':
      return `The capability ${event.capability} (${event.name}) was added to the catalogue.`
    case 'CapabilityRevised':
      return `The capability ${event.capability} (${event.name}) was revised.`
    case 'ScaleAdopted':
      return `The scale of assessments ${event.scale} was adopted with ${counted(event.rates.length, 'rate')}.`
    case 'ScaleCorrected':
      return `The scale of assessments ${event.scale} was corrected.`
    case 'PolicyAdopted':
      return `The policy ${event.policy} was adopted, in force from ${event.from}.`
    case 'ExchangeRateRecorded':
      return `The rate of ${event.currency} on ${event.on} was recorded (${event.source}).`
    case 'MissionEstablished':
      return `${event.mission} (${event.name}) was established from ${event.from}${optionally(' to ', event.to)}${optionally(' by ', event.document)}.`
    case 'MandateExtended':
      return `The mandate of ${event.mission} was extended to ${event.to}${optionally(' by ', event.document)}.`
    case 'MandateEnded':
      return `The mandate of ${event.mission} ended on ${event.on}${optionally(' by ', event.document)}.`
    case 'CeilingSet':
      return `The ${event.category} ceiling of ${event.mission} was set to ${event.quantity} from ${event.from}${optionally(' by ', event.document)}.`
    case 'BudgetApproved':
      return `A budget of ${moneyInWords(event.amount)} was approved for ${event.mission} in ${event.fiscalYear}.`
    case 'CashCutOrdered':
      return `A cut of ${event.permille / 10} % of the spending of ${event.mission} in ${event.fiscalYear} was ordered: ${event.reason}`
    case 'CashReceived':
      return `${moneyInWords(event.amount)} came in for ${event.mission} in ${event.fiscalYear} on ${event.on}.`
    case 'HostConsentGranted':
      return `The host granted consent to ${consentOf(event.mission, event.contributor)} from ${event.from}: ${event.reason}`
    case 'HostConsentRefused':
      return `The host refused consent to ${consentOf(event.mission, event.contributor)} from ${event.from}: ${event.reason}`
    case 'HostConsentWithdrawn':
      return `The host withdrew its consent to ${consentOf(event.mission, event.contributor)} from ${event.from}: ${event.reason}`
    case 'RequirementIssued':
      return `${event.mission} requires ${event.quantity} × ${event.capability} ${window(event)} (line ${event.requirement}).`
    case 'RequirementRevised':
      return `Line ${event.requirement} of ${event.mission} was revised to ${event.quantity} × ${event.capability} ${window(event)}, version ${event.version}.`
    case 'RequirementWithdrawn':
      return `Line ${event.requirement} of ${event.mission} was withdrawn: ${event.reason}`
    case 'StrengthReported':
    case 'StrengthCorrected': {
      const { troops, experts, formedPolice, individualPolice } = event
      const verb = event.type === 'StrengthReported' ? 'reported' : 'corrected its report of'
      return (
        `${event.mission} ${verb} ${event.contributor} in ${event.month}: ${persons(troops)} troops, ${persons(experts)} experts, ` +
        `${persons(formedPolice)} in formed police units, ${persons(individualPolice)} individual police.`
      )
    }
    case 'MissionTotalReported':
    case 'MissionTotalCorrected':
      return `${event.mission} ${event.type === 'MissionTotalReported' ? 'reported' : 'corrected its report of'} ${event.total} uniformed persons in all in ${event.month}.`
    case 'PledgeSubmitted':
      return `${event.contributor} pledged ${offered(event)} ${window(event)} (its reference ${event.ownReference}).`
    case 'PledgeAcknowledged':
      return 'The department acknowledged the pledge.'
    case 'PledgeAccepted':
      return 'The pledge was accepted into the register at level 1.'
    case 'PledgeReturned':
      return `The pledge was returned: ${event.reasons.join('; ')}`
    case 'PledgeAmended':
      return `The pledge was amended to ${offered(event.terms)} ${window(event.terms)} (version ${event.version}; changed: ${event.changed.join(', ')}).`
    case 'PledgeReadinessRaised':
      return `After the visit "${event.visit}" on ${event.on} readiness rose to level ${level(event.level)}.`
    case 'PledgeReadinessLowered':
      return `After the visit "${event.visit}" on ${event.on} readiness fell to level ${level(event.level)}.`
    case 'PledgeCaveatDeclared':
      return `A caveat was declared: ${caveatInWords(event.caveat)}.`
    case 'PledgeCaveatLifted':
      return `A caveat was lifted: ${caveatInWords(event.caveat)}.`
    case 'PledgeRenewed':
      return `The pledge was renewed and holds until ${event.validUntil}.`
    case 'PledgeExpired':
      return `The pledge expired on ${event.on}.`
    case 'CapacityReserved':
      return `${event.quantity} reserved for commitment ${event.commitment} ${window(event)}.`
    case 'CapacityDeployed':
      return `${event.quantity} deployed under commitment ${event.commitment} on ${event.on}.`
    case 'CapacityFreed':
      return `${event.quantity} held for commitment ${event.commitment} became free again on ${event.on}.`
    case 'CapacityReleased':
      return `${event.quantity} came home from commitment ${event.commitment} on ${event.on}.`
    case 'PledgeWithdrawn':
      return `The pledge was withdrawn${optionally(' from ', event.on)}: ${event.reason}`
    case 'CommitmentProposed':
      return `${event.contributor} was asked for ${event.quantity} × ${event.capability} in ${event.mission} ${window(event)}, from pledge ${event.pledge} for line ${event.requirement}.`
    case 'CommitmentAccepted':
      return 'The contributor accepted the proposal.'
    case 'CommitmentDeclined':
      return `The contributor declined the proposal: ${event.reason}`
    case 'CommitmentSigned':
      return `The commitment was signed on ${event.on}${optionally(' as ', event.document)}.`
    case 'CommitmentDeployed':
      return `${event.quantity} arrived on ${event.on}; ${event.total} in all.`
    case 'CommitmentRotated':
      return `Rotation ${event.rotation} took place on ${event.on}.`
    case 'CommitmentRepatriated':
      return `${event.quantity} went home on ${event.on}; ${event.remaining} remain.`
    case 'CommitmentCancelled':
      return `The commitment was cancelled: ${event.reason}`
    case 'CaveatBreachReported':
      return `On ${event.on} a caveat appeared that had not been declared: ${event.caveat}`
    case 'PaymentReceived':
      return `${moneyInWords(event.amount)} was paid on ${event.on} (${event.payment}).`
    case 'ReimbursementClaimed':
      return `Reimbursement of ${moneyInWords(event.amount)} was claimed for ${event.period} (${event.claim}).`
    case 'ReimbursementPaid':
      return `Reimbursement of ${moneyInWords(event.amount)} was paid on ${event.on} (${event.claim}).`
    case 'PlanRequested':
      return `A plan ${window(event)} was asked for.`
    case 'PlanComputed':
      return `The plan was computed from the log up to position ${event.inputsPosition}: ${counted(event.solution.assignments.length, 'assignment')}, ${counted(event.solution.uncovered.length, 'gap')}.`
    case 'PlanFailed':
      return `The plan could not be computed: ${event.message}`
    case 'PlanApproved':
      return 'The plan was approved.'
    case 'PlanRejected':
      return `The plan was rejected: ${event.reason}`
    case 'PlanSuperseded':
      return `The plan was superseded by ${event.by}.`
    case 'PlanAssignmentRefused':
      return `The assignment of offer ${event.assignment.offer} to line ${event.assignment.requirement} could not be proposed: ${event.message}`
    case 'FlagRaised':
      return `Flag raised (${event.severity}): ${event.text}`
    case 'FlagEvidenceChanged':
      return `The figures behind the flag changed: ${event.text}`
    case 'FlagAcknowledged':
      return `The flag was acknowledged: ${event.note}`
    case 'FlagCleared':
      return `The flag was cleared: ${event.reason}`
    case 'StreamParked':
      return `${event.subscription} parked ${event.stream} from revision ${event.fromRevision}: ${event.reason}`
    case 'StreamReleased':
      return `${event.subscription} released ${event.stream}.`
  }
}
