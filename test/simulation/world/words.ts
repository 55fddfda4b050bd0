/** Synthetic names and commands. */
import type { CommandMessage } from '@muster/contracts/commands'
import type { AggregateKind } from '@muster/contracts/integration/topics'
import type { Actor } from '@muster/kernel/actor'

export const CAPABILITY = 'INF-BN'
export const MISSION = 'UNMISS'
export const REQUIREMENT = 'R-1'
export const NEEDED = 4
export const WINDOW = { from: '2027-01-01', to: '2028-01-01' } as const
const NATIONS = ['NPL', 'RWA'] as const

export const OFFICER: Actor = { role: 'officer' }
export const nation = (contributor: string): Actor => ({ role: 'nation', contributor })

/** A command and who gives it. `key` is the sender's own. */
export interface Given {
  readonly key: string
  readonly actor: Actor
  readonly message: CommandMessage
  readonly kind: AggregateKind
  /** Id of the record. */
  readonly record: string
}

const say =
  (kind: AggregateKind, actor: Actor) =>
  (record: string, key: string, type: string, data: Readonly<Record<string, unknown>>): Given => ({
    key,
    actor,
    message: { type, data: { ...data } },
    kind,
    record,
  })

export const contributorOf = (pledge: string): string => pledge.slice(0, 3)

const byOwner = (pledge: string) => say('pledge', nation(contributorOf(pledge)))
const ofPledge = say('pledge', OFFICER)
const ofCommitment = say('commitment', OFFICER)
const ofPlan = say('plan', OFFICER)

export const submit = (pledge: string, quantity: number, classification = 'unclassified'): Given =>
  byOwner(pledge)(pledge, `submit ${pledge}`, 'SubmitPledge', {
    pledge,
    contributor: contributorOf(pledge),
    ownReference: pledge,
    capability: CAPABILITY,
    quantity,
    ...WINDOW,
    classification,
  })
export const amend = (pledge: string, quantity: number, turn = 0): Given =>
  byOwner(pledge)(pledge, `amend ${pledge} ${quantity} ${turn}`, 'AmendPledge', { pledge, quantity })
export const withdraw = (pledge: string): Given =>
  byOwner(pledge)(pledge, `withdraw ${pledge}`, 'WithdrawPledge', { pledge, reason: 'needed at home' })
export const accept = (pledge: string): Given => ofPledge(pledge, `accept ${pledge}`, 'AcceptPledge', { pledge })

export const propose = (commitment: string, pledge: string, quantity: number): Given =>
  ofCommitment(commitment, `propose ${commitment}`, 'ProposeCommitment', {
    commitment,
    kind: 'mou',
    pledge,
    contributor: contributorOf(pledge),
    mission: MISSION,
    requirement: REQUIREMENT,
    capability: CAPABILITY,
    quantity,
    ...WINDOW,
  })
export const acceptProposal = (commitment: string): Given =>
  ofCommitment(commitment, `accept ${commitment}`, 'AcceptProposal', { commitment })
export const declineProposal = (commitment: string): Given =>
  ofCommitment(commitment, `decline ${commitment}`, 'DeclineProposal', { commitment, reason: 'needed at home' })
export const cancel = (commitment: string): Given =>
  ofCommitment(commitment, `cancel ${commitment}`, 'CancelCommitment', { commitment, reason: 'not needed' })
export const sign = (commitment: string): Given =>
  ofCommitment(commitment, `sign ${commitment}`, 'SignCommitment', { commitment, on: '2027-01-05' })
export const deploy = (commitment: string, quantity: number): Given =>
  ofCommitment(commitment, `deploy ${commitment}`, 'RecordDeployment', { commitment, quantity, on: '2027-01-06' })
export const repatriate = (commitment: string, quantity: number): Given =>
  ofCommitment(commitment, `repatriate ${commitment}`, 'RepatriateUnit', { commitment, quantity, on: '2027-01-08' })

export const requestPlan = (plan: string): Given =>
  ofPlan(plan, `request ${plan}`, 'RequestPlan', { plan, basis: 'pledges', ...WINDOW })
export const approvePlan = (plan: string): Given => ofPlan(plan, `approve ${plan}`, 'ApprovePlan', { plan })

export const release = (subscription: string, stream: string, turn: string): Given =>
  say('subscription', OFFICER)(subscription, `release ${subscription} ${stream} ${turn}`, 'ReleaseStream', {
    subscription,
    stream,
  })

/** What everything else refers to. */
export const ground: ReadonlyArray<CommandMessage> = [
  ...NATIONS.map((contributor) => ({ type: 'RegisterContributor', data: { contributor, kind: 'state', name: contributor } })),
  {
    type: 'DefineCapability',
    data: {
      capability: CAPABILITY,
      name: 'Infantry battalion',
      category: 'infantry',
      dimension: 'personnel',
      measure: 'standing',
      unit: 'unit',
      divisible: true,
      source: 'synthetic',
    },
  },
  {
    type: 'EstablishMission',
    data: { mission: MISSION, name: 'Synthetic mission', hosts: ['SSD'], from: '2011-07-09', to: '2028-07-09' },
  },
  {
    type: 'IssueRequirement',
    data: { mission: MISSION, requirement: REQUIREMENT, capability: CAPABILITY, quantity: NEEDED, tier: 1, weight: 1, ...WINDOW },
  },
]
