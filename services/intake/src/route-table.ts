/**
 * Every command as a resource: the one table from which routes, role checks, documents and answers follow. What only the
 * engine itself says has no route.
 */
import type { CommandType } from '@muster/contracts/commands'

export interface CommandRoute {
  readonly type: CommandType
  readonly method: 'POST' | 'PATCH' | 'PUT'
  readonly url: string
  /** Parts of the address that are fields of the command, by their names in the address. */
  readonly ids: Readonly<Record<string, string>>
  readonly summary: string
  /** Amending or withdrawing what somebody else may have changed meanwhile: `If-Match` is required. */
  readonly ifMatch?: true
  /** The address of what the command creates, with `{id}`; its answer is 201 and carries the `id`. */
  readonly creates?: string
  /** The field that names what is created; derived from the idempotency key when the body leaves it out. */
  readonly named?: string
  /** Share of the caller's quota, where it is more than one. */
  readonly cost?: number
}

const post = (
  type: CommandType,
  url: string,
  ids: CommandRoute['ids'],
  summary: string,
  more: Pick<CommandRoute, 'ifMatch' | 'creates' | 'named' | 'cost'> = {},
): CommandRoute => ({ type, method: 'POST', url, ids, summary, ...more })

const pledge = { id: 'pledge' }
const pledges: ReadonlyArray<CommandRoute> = [
  post('SubmitPledge', '/v1/pledges', {}, 'Submit a pledge', { creates: '/v1/pledges/{id}' }),
  {
    type: 'AmendPledge',
    method: 'PATCH',
    url: '/v1/pledges/:id',
    ids: pledge,
    summary: 'Change some of its terms',
    ifMatch: true,
  },
  post('WithdrawPledge', '/v1/pledges/:id/withdraw', pledge, 'Withdraw it', { ifMatch: true }),
  post('AcknowledgePledge', '/v1/pledges/:id/acknowledge', pledge, 'Acknowledge its receipt'),
  post('AcceptPledge', '/v1/pledges/:id/accept', pledge, 'Accept it at level 1'),
  post('ReturnPledge', '/v1/pledges/:id/return', pledge, 'Return it with reasons'),
  post('AssessReadiness', '/v1/pledges/:id/readiness', pledge, 'Record the readiness found at a visit'),
  post('DeclareCaveat', '/v1/pledges/:id/caveats', pledge, 'Declare a caveat'),
  post('LiftCaveat', '/v1/pledges/:id/caveats/lift', pledge, 'Lift a caveat'),
  post('RenewPledge', '/v1/pledges/:id/renew', pledge, 'Renew its validity'),
  post('ExpirePledge', '/v1/pledges/:id/expire', pledge, 'Let it expire'),
  post('ReserveCapacity', '/v1/pledges/:id/reservations', pledge, 'Reserve capacity for a commitment'),
  post('DeployCapacity', '/v1/pledges/:id/deployments', pledge, 'Mark reserved capacity as deployed'),
  post('ReleaseCapacity', '/v1/pledges/:id/releases', pledge, 'End a hold, whole or in part'),
]

const mission = { id: 'mission' }
const requirement = { id: 'mission', requirement: 'requirement' }
const missions: ReadonlyArray<CommandRoute> = [
  post('EstablishMission', '/v1/missions', {}, 'Establish a mission', { creates: '/v1/missions/{id}' }),
  post('ExtendMandate', '/v1/missions/:id/extend', mission, 'Extend its mandate'),
  post('EndMandate', '/v1/missions/:id/end', mission, 'End its mandate'),
  post('SetCeiling', '/v1/missions/:id/ceilings', mission, 'Set an authorised strength'),
  post('ApproveBudget', '/v1/missions/:id/budgets', mission, 'Approve a budget'),
  post('OrderCashCut', '/v1/missions/:id/cash-cuts', mission, 'Order a cut for want of cash'),
  post('RecordCash', '/v1/missions/:id/cash', mission, 'Record cash received'),
  post('GrantConsent', '/v1/missions/:id/consent/grant', mission, 'Host consent granted'),
  post('RefuseConsent', '/v1/missions/:id/consent/refuse', mission, 'Host consent refused'),
  post('WithdrawConsent', '/v1/missions/:id/consent/withdraw', mission, 'Host consent withdrawn'),
  post('IssueRequirement', '/v1/missions/:id/requirements', mission, 'Issue a requirement line'),
  {
    type: 'ReviseRequirement',
    method: 'PUT',
    url: '/v1/missions/:id/requirements/:requirement',
    ids: requirement,
    summary: 'Revise a requirement line as a whole',
    ifMatch: true,
  },
  post('WithdrawRequirement', '/v1/missions/:id/requirements/:requirement/withdraw', requirement, 'Withdraw a requirement line', {
    ifMatch: true,
  }),
  post('ReportMissionTotal', '/v1/missions/:id/totals', mission, 'Report how many were there in a month, without saying who'),
  post('ReportStrength', '/v1/missions/:id/strengths', mission, 'Report who was there in a month'),
]

const commitment = { id: 'commitment' }
const commitments: ReadonlyArray<CommandRoute> = [
  post('ProposeCommitment', '/v1/commitments', {}, 'Propose a commitment', { creates: '/v1/commitments/{id}' }),
  post('AcceptProposal', '/v1/commitments/:id/accept', commitment, 'Accept the proposal'),
  post('DeclineProposal', '/v1/commitments/:id/decline', commitment, 'Decline the proposal'),
  post('SignCommitment', '/v1/commitments/:id/sign', commitment, 'Sign it'),
  post('RecordDeployment', '/v1/commitments/:id/deployments', commitment, 'Record what arrived'),
  post('RotateUnit', '/v1/commitments/:id/rotations', commitment, 'Record a rotation'),
  post('RepatriateUnit', '/v1/commitments/:id/repatriations', commitment, 'Record what went home'),
  post('CancelCommitment', '/v1/commitments/:id/cancel', commitment, 'Cancel it'),
  post('ReportCaveatBreach', '/v1/commitments/:id/breaches', commitment, 'Report an undeclared caveat'),
  post('RecordPayment', '/v1/commitments/:id/payments', commitment, 'Record a payment received'),
  post('ClaimReimbursement', '/v1/commitments/:id/claims', commitment, 'Claim a reimbursement'),
  post(
    'PayReimbursement',
    '/v1/commitments/:id/claims/:claim/pay',
    { id: 'commitment', claim: 'claim' },
    'Record that a claim was paid',
  ),
]

const contributor = { id: 'contributor' }
const ground: ReadonlyArray<CommandRoute> = [
  post('RegisterContributor', '/v1/contributors', {}, 'Register a state or an organisation', {
    creates: '/v1/contributors/{id}',
  }),
  post('AffiliateContributor', '/v1/contributors/:id/affiliations', contributor, 'Record that it joined an organisation'),
  post('EndAffiliation', '/v1/contributors/:id/affiliations/end', contributor, 'Record that it left an organisation'),
  post('AdoptCapacityFigure', '/v1/contributors/:id/capacity-figures', contributor, 'Adopt a figure of its capacity'),
  post('DefineCapability', '/v1/capabilities', {}, 'Define a capability of the catalogue'),
  post('AdoptScale', '/v1/scales', {}, 'Adopt a scale of assessments'),
  post('AdoptPolicy', '/v1/policies', {}, 'Adopt a policy'),
  post('RecordExchangeRate', '/v1/exchange-rates', {}, 'Record an exchange rate'),
]

const plan = { id: 'plan' }
const decisions: ReadonlyArray<CommandRoute> = [
  post('RequestPlan', '/v1/plans', {}, 'Ask for a plan', { creates: '/v1/plans/{id}', named: 'plan', cost: 1_000 }),
  post('ApprovePlan', '/v1/plans/:id/approve', plan, 'Approve it: proposals go to contributors'),
  post('RejectPlan', '/v1/plans/:id/reject', plan, 'Reject it'),
  post('ReleaseStream', '/v1/subscriptions/:id/release', { id: 'subscription' }, 'Let a parked stream go on'),
  post('AcknowledgeFlag', '/v1/flags/:id/acknowledge', { id: 'flag' }, 'Acknowledge a finding, with a note'),
]

export const commandRoutes: ReadonlyArray<CommandRoute> = [...pledges, ...missions, ...commitments, ...ground, ...decisions]
