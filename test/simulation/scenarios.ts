/** Small courses of events without chance, for the crash matrix: what must come out is known, wherever a process dies. */
import { openCommandHandler } from '@muster/command-handler/handler'
import { derivedId } from '@muster/codec/event-id'
import type { EventStore } from '@muster/event-store/event-store'
import { anyRevision, appended } from '@muster/event-store/testing'
import type { Clients } from './world/clients.ts'
import { drain, rest } from './world/drain.ts'
import type { ServiceName } from './world/services.ts'
import { accepted } from './world/workload.ts'
import {
  accept,
  acceptProposal,
  amend,
  approvePlan,
  cancel,
  declineProposal,
  deploy,
  propose,
  repatriate,
  requestPlan,
  sign,
  submit,
  withdraw,
  type Given,
} from './world/words.ts'
import type { World } from './world/world.ts'

export interface Scenario {
  readonly name: string
  readonly hosts: ReadonlyArray<ServiceName>
  readonly course: (world: World, clients: Clients) => Promise<void>
  /** What stands aside for good, as `subscription stream`. */
  readonly parked?: ReadonlyArray<string>
}

const LIFE = [submit('NPL-1', 2), amend('NPL-1', 3), amend('NPL-1', 4), withdraw('NPL-1')]

/** What somebody wrote before, without a fault. */
const written = async ({ log, scheduler }: World, ...commands: ReadonlyArray<Given>): Promise<void> => {
  const handler = openCommandHandler({ store: log, clock: scheduler.clock, cachedStreams: 10 })
  await handler.handle(commands.map(({ key, actor, message }) => ({ key, actor, message, correlationId: 'before' })))
}

const malformed = async (log: EventStore, stream: string): Promise<void> => {
  const id = derivedId('malformed', stream)
  await appended(log, {
    stream,
    expected: anyRevision,
    events: [
      {
        id,
        type: 'PledgeAmended',
        data: { nonsense: true },
        metadata: { commandId: id, correlationId: id, causationId: id, actor: { role: 'officer' }, effectiveOn: '2027-01-10' },
      },
    ],
  })
}

const until = async ({ log, scheduler }: World, stream: string, type: string): Promise<void> => {
  for (;;) {
    for await (const event of log.readStream(stream)) if (event.type === type) return
    await scheduler.sleep(100)
  }
}

const MANY = ['NPL-1', 'RWA-2', 'NPL-3', 'RWA-4'].flatMap((pledge) => [submit(pledge, 3), amend(pledge, 4), accept(pledge)])

export const scenarios: ReadonlyArray<Scenario> = [
  {
    name: 'submit, amend and withdraw over HTTP',
    hosts: ['intake'],
    course: async (world, clients) => {
      for (const given of LIFE) await accepted(clients, given)
      for (const given of LIFE) await accepted(clients, given)
      await rest(world)
    },
  },
  {
    name: 'submit, amend and withdraw over Kafka',
    hosts: ['intake'],
    course: async (world, clients) => {
      for (const given of [...LIFE, ...LIFE]) await clients.post(given)
      await rest(world)
    },
  },
  {
    name: 'an approved plan, proposals, acceptance, reserved capacity',
    hosts: ['intake', 'allocator'],
    course: async (world, clients) => {
      await written(world, submit('NPL-1', 3), accept('NPL-1'), submit('RWA-2', 2), accept('RWA-2'))
      await accepted(clients, requestPlan('p1'))
      await until(world, 'plan-p1', 'PlanComputed')
      await accepted(clients, approvePlan('p1'))
      for (const [commitment, answer] of [
        ['p1-0001', acceptProposal],
        ['p1-0002', declineProposal],
      ] as const) {
        await until(world, `commitment-${commitment}`, 'CommitmentProposed')
        await accepted(clients, answer(commitment))
      }
      await rest(world)
    },
  },
  {
    name: 'more proposals than capacity, deployment and homecoming',
    hosts: ['allocator'],
    course: async (world) => {
      await written(world, submit('NPL-1', 3), accept('NPL-1'))
      await written(world, propose('C1', 'NPL-1', 2), acceptProposal('C1'), propose('C2', 'NPL-1', 2), acceptProposal('C2'))
      await until(world, 'pledge-NPL-1', 'CapacityReserved')
      await written(world, sign('C1'), deploy('C1', 2), repatriate('C1', 1), propose('C3', 'NPL-1', 1), acceptProposal('C3'))
      await written(world, cancel('C3'))
      await rest(world)
    },
  },
  {
    name: 'relay of some events',
    hosts: ['relay'],
    course: async (world) => {
      await written(world, ...MANY)
      await rest(world)
      await written(world, amend('NPL-1', 5), amend('RWA-2', 5))
      await rest(world)
    },
  },
  {
    name: 'projection of some events',
    hosts: ['projector'],
    course: async (world) => {
      await written(world, ...MANY)
      await rest(world)
      await written(world, amend('NPL-1', 5), amend('RWA-2', 5))
      await rest(world)
    },
  },
  {
    name: 'parking and release',
    hosts: ['intake', 'relay', 'projector'],
    course: async (world, clients) => {
      world.poisoned.add('pledge-NPL-1')
      await written(world, ...MANY)
      await rest(world)
      await written(world, amend('NPL-1', 5), amend('RWA-2', 5))
      await rest(world)
      world.poisoned.clear()
      await drain(world, clients)
      await accepted(clients, withdraw('NPL-1'))
      await rest(world)
    },
  },
  {
    name: 'a poison command between good ones',
    hosts: ['intake'],
    course: async (world, clients) => {
      await clients.post(submit('NPL-1', 2))
      await clients.postPoison('NPL-1', 'no json')
      await clients.post(amend('NPL-1', 3))
      await clients.postPoison('NPL-1', '{"type":"AmendPledge"}')
      await clients.post(withdraw('NPL-1'))
      await rest(world)
    },
  },
  {
    name: 'a poison event',
    hosts: ['relay'],
    parked: ['relay pledge-RWA-2'],
    course: async (world) => {
      await written(world, submit('NPL-1', 3), submit('RWA-2', 2))
      await malformed(world.log, 'pledge-RWA-2')
      await rest(world)
      await written(world, amend('NPL-1', 5))
      await rest(world)
    },
  },
]
