/** All aggregates behind one face, by kind of stream; the state's type stays inside. */
import type { Either } from 'fp-ts/lib/Either.js'
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '@muster/contracts/commands'
import { commitmentCommands, commitmentEvents } from '@muster/contracts/commitments'
import {
  capabilityCommands,
  capabilityEvents,
  contributorCommands,
  contributorEvents,
  exchangeRateCommands,
  exchangeRateEvents,
  policyCommands,
  policyEvents,
  scaleCommands,
  scaleEvents,
} from '@muster/contracts/contributors'
import type { DomainEvent } from '@muster/contracts/events'
import {
  missionCommands,
  missionEvents,
  missionTotalCommands,
  missionTotalEvents,
  strengthCommands,
  strengthEvents,
} from '@muster/contracts/missions'
import {
  flagCommands,
  flagEvents,
  planCommands,
  planEvents,
  subscriptionCommands,
  subscriptionEvents,
} from '@muster/contracts/planning'
import { pledgeCommands, pledgeEvents } from '@muster/contracts/pledging'
import { commitment, owners as commitmentOwners } from '@muster/commitments/commitment'
import { capability } from '@muster/contributors/capability'
import { contributor } from '@muster/contributors/contributor'
import { exchangeRate } from '@muster/contributors/exchange-rate'
import { policy } from '@muster/contributors/policy'
import { scale } from '@muster/contributors/scale'
import type { Decider, Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { mission } from '@muster/missions/mission'
import { missionTotal } from '@muster/missions/mission-total'
import { strength } from '@muster/missions/strength'
import { flag } from '@muster/planning/flag'
import { parking } from '@muster/planning/parking'
import { plan } from '@muster/planning/plan'
import { owners as pledgeOwners, pledge } from '@muster/pledging/pledge'

/** One aggregate at one moment. */
export interface Instance {
  readonly evolve: (event: DomainEvent) => Instance
  readonly decide: (envelope: Envelope<Command>) => Either<Rejection, ReadonlyArray<DomainEvent>>
  /** Contributors that may act on it as a nation. */
  readonly owners: () => ReadonlyArray<string>
}

interface Blueprint<C extends Command, S, V extends DomainEvent> {
  /** Schema maps whose keys are exactly the types of `C` and `V`. */
  readonly commands: Readonly<Record<C['type'], unknown>>
  readonly events: Readonly<Record<V['type'], unknown>>
  readonly decider: Decider<C, S, V, Rejection>
  readonly owners?: (state: S) => ReadonlyArray<string>
}

const aggregate = <C extends Command, S, V extends DomainEvent>({
  commands,
  events,
  decider,
  owners = () => [],
}: Blueprint<C, S, V>): Instance => {
  const isCommand = (command: Command): command is C => Object.hasOwn(commands, command.type)
  const isEvent = (event: DomainEvent): event is V => Object.hasOwn(events, event.type)
  const at = (state: S): Instance => ({
    evolve: (event) => (isEvent(event) ? at(decider.evolve(state, event)) : at(state)),
    decide: (envelope) => {
      const { command } = envelope
      return isCommand(command)
        ? decider.decide({ ...envelope, command }, state)
        : E.left(rejected('unknown-command', `${command.type} does not belong to this stream.`))
    },
    owners: () => owners(state),
  })
  return at(decider.initial)
}

/** Fresh instances by kind of stream. */
export const aggregates: Readonly<Record<string, Instance>> = {
  contributor: aggregate({ commands: contributorCommands, events: contributorEvents, decider: contributor }),
  capability: aggregate({ commands: capabilityCommands, events: capabilityEvents, decider: capability }),
  scale: aggregate({ commands: scaleCommands, events: scaleEvents, decider: scale }),
  policy: aggregate({ commands: policyCommands, events: policyEvents, decider: policy }),
  rate: aggregate({ commands: exchangeRateCommands, events: exchangeRateEvents, decider: exchangeRate }),
  mission: aggregate({ commands: missionCommands, events: missionEvents, decider: mission }),
  total: aggregate({ commands: missionTotalCommands, events: missionTotalEvents, decider: missionTotal }),
  strength: aggregate({ commands: strengthCommands, events: strengthEvents, decider: strength }),
  pledge: aggregate({ commands: pledgeCommands, events: pledgeEvents, decider: pledge, owners: pledgeOwners }),
  commitment: aggregate({
    commands: commitmentCommands,
    events: commitmentEvents,
    decider: commitment,
    owners: commitmentOwners,
  }),
  plan: aggregate({ commands: planCommands, events: planEvents, decider: plan }),
  subscription: aggregate({ commands: subscriptionCommands, events: subscriptionEvents, decider: parking }),
  flag: aggregate({ commands: flagCommands, events: flagEvents, decider: flag }),
}
