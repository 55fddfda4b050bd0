/**
 * From the log's events to what is told outside. The log's events are private and may change; this file is where that stops: whatever is
 * published is named here, field by field. Every event of a told kind becomes exactly one integration event, so that the sequence of
 * a key has no gaps.
 */
import type { CommitmentEvent } from '@muster/contracts/commitments'
import type { CapabilityEvent, ContributorEvent } from '@muster/contracts/contributors'
import type { DomainEvent } from '@muster/contracts/events'
import type { IntegrationEvent } from '@muster/contracts/integration/events'
import type { PublishedTerms } from '@muster/contracts/integration/pledges'
import type { MissionEvent, MissionTotalEvent, StrengthEvent } from '@muster/contracts/missions'
import type { PledgeEvent, PledgeTerms } from '@muster/contracts/pledging'

export type ToldEvent =
  | ContributorEvent
  | CapabilityEvent
  | MissionEvent
  | StrengthEvent
  | MissionTotalEvent
  | PledgeEvent
  | CommitmentEvent

/** Kinds of streams that are told. Plans, findings and parking are the department's own; scales, policies and rates are read at the API. */
const TOLD = new Set(['contributor', 'capability', 'mission', 'strength', 'total', 'pledge', 'commitment'])
export const isToldKind = (kind: string): boolean => TOLD.has(kind)

const PRIVATE_TERMS = new Set(['note', 'asset', 'classification', 'releaseTo'])

const termsOf = (terms: PledgeTerms): PublishedTerms => ({
  contributor: terms.contributor,
  ownReference: terms.ownReference,
  capability: terms.capability,
  quantity: terms.quantity,
  amount: terms.amount,
  unitSize: terms.unitSize,
  divisible: terms.divisible,
  measure: terms.measure,
  from: terms.from,
  to: terms.to,
  noticeDays: terms.noticeDays,
  readiness: terms.readiness,
  minTourDays: terms.minTourDays,
  languages: terms.languages,
  standards: terms.standards,
  caveats: terms.caveats,
  earmark: terms.earmark,
  preference: terms.preference,
  validUntil: terms.validUntil,
  persons: terms.persons,
  lease: terms.lease,
  parties: terms.parties,
  reportedBy: terms.reportedBy,
  derivedFrom: terms.derivedFrom,
  announcedAt: terms.announcedAt,
})

/** What is told of an event of a told kind; undefined for the others. */
export const toldOf = (event: DomainEvent): IntegrationEvent | undefined => {
  switch (event.type) {
    case 'ContributorRegistered':
    case 'ContributorDescribed': {
      const { contributor, kind, name, region, subregion } = event
      return { type: 'muster.contributor.described.v1', data: { contributor, kind, name, region, subregion } }
    }
    case 'ContributorAffiliated': {
      const { contributor, organisation, from, to } = event
      return { type: 'muster.contributor.affiliated.v1', data: { contributor, organisation, from, to } }
    }
    case 'AffiliationEnded': {
      const { contributor, organisation, on } = event
      return { type: 'muster.contributor.affiliation-ended.v1', data: { contributor, organisation, on } }
    }
    case 'CapacityFigureAdopted': {
      const { contributor, key, year, value, source } = event
      return { type: 'muster.contributor.capacity-figure-adopted.v1', data: { contributor, key, year, value, source } }
    }
    case 'CapabilityDefined':
    case 'CapabilityRevised': {
      const { capability, name, category, dimension, measure, unit, typicalPersons, divisible, monthValueUsd } = event
      return {
        type: 'muster.capability.described.v1',
        data: { capability, name, category, dimension, measure, unit, typicalPersons, divisible, monthValueUsd },
      }
    }
    case 'StrengthReported':
    case 'StrengthCorrected': {
      const { mission, contributor, month, troops, experts, formedPolice, individualPolice, source } = event
      const corrected = event.type === 'StrengthCorrected'
      return {
        type: 'muster.strength.reported.v1',
        data: { mission, contributor, month, troops, experts, formedPolice, individualPolice, source, corrected },
      }
    }
    case 'MissionTotalReported':
    case 'MissionTotalCorrected': {
      const { mission, month, contributors, troops, police, observers, total, source } = event
      const corrected = event.type === 'MissionTotalCorrected'
      return {
        type: 'muster.total.reported.v1',
        data: { mission, month, contributors, troops, police, observers, total, source, corrected },
      }
    }
    default:
      return missionTold(event)
  }
}

type OfMission = Exclude<DomainEvent, ContributorEvent | CapabilityEvent | StrengthEvent | MissionTotalEvent>

const missionTold = (event: OfMission): IntegrationEvent | undefined => {
  switch (event.type) {
    case 'MissionEstablished': {
      const { mission, name, hosts, from, to, document } = event
      return { type: 'muster.mission.established.v1', data: { mission, name, hosts, from, to, document } }
    }
    case 'MandateExtended': {
      const { mission, to, document } = event
      return { type: 'muster.mission.mandate-extended.v1', data: { mission, to, document } }
    }
    case 'MandateEnded': {
      const { mission, on, document } = event
      return { type: 'muster.mission.mandate-ended.v1', data: { mission, on, document } }
    }
    case 'CeilingSet': {
      const { mission, category, from, quantity, document } = event
      return { type: 'muster.mission.ceiling-set.v1', data: { mission, category, from, quantity, document } }
    }
    case 'BudgetApproved': {
      const { mission, fiscalYear, amount } = event
      return { type: 'muster.mission.budget-approved.v1', data: { mission, fiscalYear, amount } }
    }
    case 'CashCutOrdered': {
      const { mission, fiscalYear, permille } = event
      return { type: 'muster.mission.cash-cut-ordered.v1', data: { mission, fiscalYear, permille } }
    }
    case 'CashReceived': {
      const { mission, fiscalYear, amount, on } = event
      return { type: 'muster.mission.cash-received.v1', data: { mission, fiscalYear, amount, on } }
    }
    case 'HostConsentGranted':
    case 'HostConsentRefused':
    case 'HostConsentWithdrawn': {
      const { mission, contributor, from } = event
      const consent = CONSENT[event.type]
      return { type: 'muster.mission.host-consent-changed.v1', data: { mission, contributor, consent, from } }
    }
    case 'RequirementIssued':
    case 'RequirementRevised': {
      const { mission, requirement, version, capability, accepts, tier, weight, counts, quantity, from, to } = event
      const { minTourDays, minReadiness, maxNoticeDays, languages, standards, needs } = event
      const line = { mission, requirement, version, capability, accepts, tier, weight, counts, quantity, from, to }
      return {
        type: 'muster.mission.requirement-stated.v1',
        data: { ...line, minTourDays, minReadiness, maxNoticeDays, languages, standards, needs },
      }
    }
    case 'RequirementWithdrawn': {
      const { mission, requirement, reason } = event
      return { type: 'muster.mission.requirement-withdrawn.v1', data: { mission, requirement, reason } }
    }
    default:
      return pledgeTold(event)
  }
}

const CONSENT = { HostConsentGranted: 'granted', HostConsentRefused: 'refused', HostConsentWithdrawn: 'withdrawn' } as const

const pledgeTold = (event: Exclude<OfMission, MissionEvent>): IntegrationEvent | undefined => {
  switch (event.type) {
    case 'PledgeSubmitted':
      return { type: 'muster.pledge.submitted.v1', data: { pledge: event.pledge, ...termsOf(event) } }
    case 'PledgeAcknowledged':
      return { type: 'muster.pledge.acknowledged.v1', data: { pledge: event.pledge } }
    case 'PledgeAccepted':
      return { type: 'muster.pledge.accepted.v1', data: { pledge: event.pledge } }
    case 'PledgeReturned':
      return { type: 'muster.pledge.returned.v1', data: { pledge: event.pledge, reasons: event.reasons } }
    case 'PledgeAmended': {
      const { pledge, version } = event
      const changed = event.changed.filter((name) => !PRIVATE_TERMS.has(name))
      return { type: 'muster.pledge.amended.v1', data: { pledge, version, changed, terms: termsOf(event.terms) } }
    }
    case 'PledgeReadinessRaised':
    case 'PledgeReadinessLowered':
      return {
        type: 'muster.pledge.readiness-assessed.v1',
        data: { pledge: event.pledge, level: event.level, on: event.on },
      }
    case 'PledgeCaveatDeclared':
      return { type: 'muster.pledge.caveat-declared.v1', data: { pledge: event.pledge, caveat: event.caveat } }
    case 'PledgeCaveatLifted':
      return { type: 'muster.pledge.caveat-lifted.v1', data: { pledge: event.pledge, caveat: event.caveat } }
    case 'PledgeRenewed':
      return { type: 'muster.pledge.renewed.v1', data: { pledge: event.pledge, validUntil: event.validUntil } }
    case 'PledgeExpired':
      return { type: 'muster.pledge.expired.v1', data: { pledge: event.pledge, on: event.on } }
    case 'CapacityReserved': {
      const { pledge, commitment, quantity, from, to } = event
      return { type: 'muster.pledge.capacity-reserved.v1', data: { pledge, commitment, quantity, from, to } }
    }
    case 'CapacityDeployed':
    case 'CapacityFreed':
    case 'CapacityReleased': {
      const { pledge, commitment, quantity, on } = event
      return { type: CAPACITY[event.type], data: { pledge, commitment, quantity, on } }
    }
    case 'PledgeWithdrawn':
      return { type: 'muster.pledge.withdrawn.v1', data: { pledge: event.pledge, reason: event.reason, on: event.on } }
    default:
      return commitmentTold(event)
  }
}

const CAPACITY = {
  CapacityDeployed: 'muster.pledge.capacity-deployed.v1',
  CapacityFreed: 'muster.pledge.capacity-freed.v1',
  CapacityReleased: 'muster.pledge.capacity-released.v1',
} as const

const commitmentTold = (event: Exclude<OfMission, MissionEvent | PledgeEvent>): IntegrationEvent | undefined => {
  switch (event.type) {
    case 'CommitmentProposed': {
      const { commitment, kind, pledge, contributor, mission, requirement, requirementVersion } = event
      const { capability, quantity, currency, from, to, plan } = event
      const source = { commitment, kind, pledge, contributor, mission, requirement, requirementVersion, plan }
      return { type: 'muster.commitment.proposed.v1', data: { ...source, capability, quantity, currency, from, to } }
    }
    case 'CommitmentAccepted':
      return { type: 'muster.commitment.accepted.v1', data: { commitment: event.commitment } }
    case 'CommitmentDeclined':
      return { type: 'muster.commitment.declined.v1', data: { commitment: event.commitment, reason: event.reason } }
    case 'CommitmentSigned': {
      const { commitment, on, document } = event
      return { type: 'muster.commitment.signed.v1', data: { commitment, on, document } }
    }
    case 'CommitmentDeployed': {
      const { commitment, quantity, total, on } = event
      return { type: 'muster.commitment.deployed.v1', data: { commitment, quantity, total, on } }
    }
    case 'CommitmentRotated': {
      const { commitment, on, rotation } = event
      return { type: 'muster.commitment.rotated.v1', data: { commitment, on, rotation } }
    }
    case 'CommitmentRepatriated': {
      const { commitment, quantity, remaining, on } = event
      return { type: 'muster.commitment.repatriated.v1', data: { commitment, quantity, remaining, on } }
    }
    case 'CommitmentCancelled':
      return { type: 'muster.commitment.cancelled.v1', data: { commitment: event.commitment, reason: event.reason } }
    case 'CaveatBreachReported': {
      const { commitment, caveat, on } = event
      return { type: 'muster.commitment.caveat-breach-reported.v1', data: { commitment, caveat, on } }
    }
    case 'PaymentReceived': {
      const { commitment, payment, amount, on } = event
      return { type: 'muster.commitment.payment-received.v1', data: { commitment, payment, amount, on } }
    }
    case 'ReimbursementClaimed': {
      const { commitment, claim, amount, period } = event
      return { type: 'muster.commitment.reimbursement-claimed.v1', data: { commitment, claim, amount, period } }
    }
    case 'ReimbursementPaid': {
      const { commitment, claim, amount, on } = event
      return { type: 'muster.commitment.reimbursement-paid.v1', data: { commitment, claim, amount, on } }
    }
    default:
      return untold(event)
  }
}

/** A new event of a told kind does not compile until it has been decided what is told of it. */
const untold = (_event: Exclude<DomainEvent, ToldEvent>): undefined => undefined
