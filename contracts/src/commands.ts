/** Every command there is: its schema, who may give it, on which stream it is decided, and what it refers to. */
import { z } from 'zod'
import type { Role } from '@muster/kernel/actor'
import { commitmentCommands, type CommitmentCommand } from './commitments.ts'
import {
  capabilityCommands,
  contributorCommands,
  exchangeRateCommands,
  policyCommands,
  scaleCommands,
  type CapabilityCommand,
  type ContributorCommand,
  type ExchangeRateCommand,
  type PolicyCommand,
  type ScaleCommand,
} from './contributors.ts'
import {
  missionCommands,
  missionTotalCommands,
  strengthCommands,
  type MissionCommand,
  type MissionTotalCommand,
  type StrengthCommand,
} from './missions.ts'
import {
  flagCommands,
  planCommands,
  subscriptionCommands,
  type FlagCommand,
  type PlanCommand,
  type SubscriptionCommand,
} from './planning.ts'
import { pledgeCommands, type PledgeCommand } from './pledging.ts'

export const commandSchemas = {
  ...contributorCommands,
  ...capabilityCommands,
  ...scaleCommands,
  ...policyCommands,
  ...exchangeRateCommands,
  ...missionCommands,
  ...strengthCommands,
  ...missionTotalCommands,
  ...pledgeCommands,
  ...commitmentCommands,
  ...planCommands,
  ...flagCommands,
  ...subscriptionCommands,
} as const

export type Command =
  | ContributorCommand
  | CapabilityCommand
  | ScaleCommand
  | PolicyCommand
  | ExchangeRateCommand
  | MissionCommand
  | StrengthCommand
  | MissionTotalCommand
  | PledgeCommand
  | CommitmentCommand
  | PlanCommand
  | FlagCommand
  | SubscriptionCommand
export type CommandType = Command['type']

export const isCommandType = (type: string): type is CommandType => Object.hasOwn(commandSchemas, type)
export const commandTypes: ReadonlyArray<CommandType> = Object.keys(commandSchemas).filter(isCommandType)

const nationToo = new Set<CommandType>([
  'SubmitPledge',
  'AmendPledge',
  'WithdrawPledge',
  'RenewPledge',
  'DeclareCaveat',
  'LiftCaveat',
  'AcceptProposal',
  'DeclineProposal',
  'ClaimReimbursement',
])
/** What only the engine itself says. */
const systemOnly = new Set<CommandType>([
  'RecordPlan',
  'RecordPlanFailure',
  'SupersedePlan',
  'RefuseAssignment',
  'RaiseFlag',
  'ClearFlag',
])

/** Roles that may give a command; a nation further only for itself. */
export const rolesFor = (type: CommandType): ReadonlyArray<Role> =>
  systemOnly.has(type) ? ['system'] : nationToo.has(type) ? ['officer', 'nation', 'system'] : ['officer', 'system']

/** The stream on which a command is decided. A pledge to be submitted must have got its id before. */
export const streamOf = (command: Command): string => {
  switch (command.type) {
    case 'RegisterContributor':
    case 'AffiliateContributor':
    case 'EndAffiliation':
    case 'AdoptCapacityFigure':
      return `contributor-${command.contributor}`
    case 'DefineCapability':
      return `capability-${command.capability}`
    case 'AdoptScale':
      return `scale-${command.scale}`
    case 'AdoptPolicy':
      return `policy-${command.policy}`
    case 'RecordExchangeRate':
      return `rate-${command.currency}`
    case 'EstablishMission':
    case 'ExtendMandate':
    case 'EndMandate':
    case 'SetCeiling':
    case 'ApproveBudget':
    case 'OrderCashCut':
    case 'RecordCash':
    case 'GrantConsent':
    case 'RefuseConsent':
    case 'WithdrawConsent':
    case 'IssueRequirement':
    case 'ReviseRequirement':
    case 'WithdrawRequirement':
      return `mission-${command.mission}`
    case 'ReportStrength':
      return `strength-${command.mission}-${command.contributor}`
    case 'ReportMissionTotal':
      return `total-${command.mission}`
    case 'SubmitPledge':
    case 'AcknowledgePledge':
    case 'AcceptPledge':
    case 'ReturnPledge':
    case 'AmendPledge':
    case 'AssessReadiness':
    case 'DeclareCaveat':
    case 'LiftCaveat':
    case 'RenewPledge':
    case 'ExpirePledge':
    case 'ReserveCapacity':
    case 'DeployCapacity':
    case 'ReleaseCapacity':
    case 'WithdrawPledge':
      return `pledge-${command.pledge ?? ''}`
    case 'ProposeCommitment':
    case 'AcceptProposal':
    case 'DeclineProposal':
    case 'SignCommitment':
    case 'RecordDeployment':
    case 'RotateUnit':
    case 'RepatriateUnit':
    case 'CancelCommitment':
    case 'ReportCaveatBreach':
    case 'RecordPayment':
    case 'ClaimReimbursement':
    case 'PayReimbursement':
      return `commitment-${command.commitment}`
    case 'RequestPlan':
    case 'RecordPlan':
    case 'RecordPlanFailure':
    case 'ApprovePlan':
    case 'RejectPlan':
    case 'SupersedePlan':
    case 'RefuseAssignment':
      return `plan-${command.plan}`
    case 'RaiseFlag':
    case 'AcknowledgeFlag':
    case 'ClearFlag':
      return `flag-${command.flag}`
    case 'ReleaseStream':
      return `subscription-${command.subscription}`
  }
}

export type ReferenceKind = 'contributor' | 'mission' | 'capability' | 'pledge' | 'requirement'
export interface Reference {
  readonly kind: ReferenceKind
  readonly id: string
  /** JSON pointer of the field that names it. */
  readonly pointer: string
}

const one = (kind: ReferenceKind, pointer: string, id: string | undefined): ReadonlyArray<Reference> =>
  id === undefined ? [] : [{ kind, id, pointer }]
const many = (kind: ReferenceKind, pointer: string, ids: ReadonlyArray<string> | undefined): ReadonlyArray<Reference> =>
  (ids ?? []).map((id, index) => ({ kind, id, pointer: `${pointer}/${index}` }))

/** What must already be known for the command to make sense; the aggregate itself is its decider's business. */
export const referencesOf = (command: Command): ReadonlyArray<Reference> => {
  switch (command.type) {
    case 'AffiliateContributor':
    case 'EndAffiliation':
      return one('contributor', '/organisation', command.organisation)
    case 'AdoptScale':
      return command.rates.map(({ contributor }, index) => ({
        kind: 'contributor',
        id: contributor,
        pointer: `/rates/${index}/contributor`,
      }))
    case 'GrantConsent':
    case 'RefuseConsent':
    case 'WithdrawConsent':
      return one('contributor', '/contributor', command.contributor)
    case 'IssueRequirement':
    case 'ReviseRequirement':
      return [
        ...one('capability', '/capability', command.capability),
        ...many('capability', '/accepts', command.accepts),
        ...command.excludes.map(({ contributor }, index): Reference => ({
          kind: 'contributor',
          id: contributor,
          pointer: `/excludes/${index}/contributor`,
        })),
      ]
    case 'ReportStrength':
      return [...one('mission', '/mission', command.mission), ...one('contributor', '/contributor', command.contributor)]
    case 'ReportMissionTotal':
      return one('mission', '/mission', command.mission)
    case 'SubmitPledge':
      return [
        ...one('contributor', '/contributor', command.contributor),
        ...one('capability', '/capability', command.capability),
        ...one('contributor', '/reportedBy', command.reportedBy),
        ...one('pledge', '/derivedFrom', command.derivedFrom),
        ...termReferences(command),
      ]
    case 'AmendPledge':
      return [...one('pledge', '/derivedFrom', command.derivedFrom), ...termReferences(command)]
    case 'DeclareCaveat':
      return command.caveat.kind === 'not-in-mission' ? one('mission', '/caveat/mission', command.caveat.mission) : []
    case 'ProposeCommitment':
      return [
        ...one('pledge', '/pledge', command.pledge),
        ...one('contributor', '/contributor', command.contributor),
        ...one('mission', '/mission', command.mission),
        ...one('requirement', '/requirement', command.requirement),
        ...one('capability', '/capability', command.capability),
      ]
    default:
      return []
  }
}

const termReferences = (
  terms: Pick<Extract<PledgeCommand, { type: 'AmendPledge' }>, 'earmark' | 'preference' | 'releaseTo' | 'parties' | 'caveats'>,
): ReadonlyArray<Reference> => [
  ...many('mission', '/earmark', terms.earmark),
  ...many('mission', '/preference', terms.preference),
  ...many('contributor', '/releaseTo', terms.releaseTo),
  ...(terms.parties ?? []).map(({ contributor }, index): Reference => ({
    kind: 'contributor',
    id: contributor,
    pointer: `/parties/${index}/contributor`,
  })),
  ...(terms.caveats ?? []).flatMap((caveat, index) =>
    caveat.kind === 'not-in-mission' ? one('mission', `/caveats/${index}/mission`, caveat.mission) : [],
  ),
]

/** A command as it arrives: over HTTP, as a line of a batch, or from Kafka. */
export const CommandMessage = z.strictObject({
  type: z.string().min(1),
  data: z.record(z.string(), z.unknown()),
  effectiveAt: z.union([z.iso.date(), z.iso.datetime()]).optional(),
})
export const BatchLine = CommandMessage.extend({ id: z.string().min(1).max(200) })
export type CommandMessage = z.infer<typeof CommandMessage>
export type BatchLine = z.infer<typeof BatchLine>
