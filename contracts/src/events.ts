/** Every event there is. Names and fields are the storage format: add, never change; older shapes go through upcasters. */
import { commitmentEvents, type CommitmentEvent } from './commitments.ts'
import {
  capabilityEvents,
  contributorEvents,
  exchangeRateEvents,
  policyEvents,
  scaleEvents,
  type CapabilityEvent,
  type ContributorEvent,
  type ExchangeRateEvent,
  type PolicyEvent,
  type ScaleEvent,
} from './contributors.ts'
import {
  missionEvents,
  missionTotalEvents,
  strengthEvents,
  type MissionEvent,
  type MissionTotalEvent,
  type StrengthEvent,
} from './missions.ts'
import { flagEvents, planEvents, subscriptionEvents, type FlagEvent, type PlanEvent, type SubscriptionEvent } from './planning.ts'
import { pledgeEvents, type PledgeEvent } from './pledging.ts'

export const eventSchemas = {
  ...contributorEvents,
  ...capabilityEvents,
  ...scaleEvents,
  ...policyEvents,
  ...exchangeRateEvents,
  ...missionEvents,
  ...strengthEvents,
  ...missionTotalEvents,
  ...pledgeEvents,
  ...commitmentEvents,
  ...planEvents,
  ...flagEvents,
  ...subscriptionEvents,
} as const

export type DomainEvent =
  | ContributorEvent
  | CapabilityEvent
  | ScaleEvent
  | PolicyEvent
  | ExchangeRateEvent
  | MissionEvent
  | StrengthEvent
  | MissionTotalEvent
  | PledgeEvent
  | CommitmentEvent
  | PlanEvent
  | FlagEvent
  | SubscriptionEvent
export type EventType = DomainEvent['type']
