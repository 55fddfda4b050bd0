/** After the storm: poison is cured, an officer releases what is parked, and everything must come to rest without more help. */
import { commandTopics } from '@muster/contracts/integration/topics'
import { settledAt } from '@muster/event-store/expected'
import { parkingIn } from '@muster/subscription/parking'
import type { Clients } from './clients.ts'
import { PARKING, SUBSCRIPTIONS } from './invariants.ts'
import { release } from './words.ts'
import type { World } from './world.ts'

const LOOK_MS = 250
const EVER = settledAt(Number.MAX_SAFE_INTEGER)

const INTAKE_GROUP = 'muster-intake'
const COMMANDS = Object.values(commandTopics).map(({ name }) => name)

/** What is not yet at rest. */
export const unrestIn = async (world: World): Promise<ReadonlyArray<string>> => {
  const head = await world.log.head()
  const positions = { relay: world.relay, register: world.register, keeper: world.keeper, planner: world.planner }
  const runs = new Set(world.hosts.map(({ service }) => service))
  const hostOf = { relay: 'relay', register: 'projector', keeper: 'allocator', planner: 'allocator' } as const
  const behind = SUBSCRIPTIONS.filter((name) => runs.has(hostOf[name]) && positions[name].position < head).map(
    (name) => `${name} stands at ${positions[name].position} of ${head}`,
  )
  if (world.readModels !== undefined && (await world.readModels.position()) < head) {
    behind.push(`the read models stand at ${await world.readModels.position()} of ${head}`)
  }
  const lag = runs.has('intake') ? world.cluster.lag(INTAKE_GROUP, COMMANDS) : 0
  return [
    ...behind,
    ...(lag === 0 ? [] : [`${lag} commands on Kafka are not taken`]),
    ...(world.afloat.count === 0 ? [] : [`${world.afloat.count} calls are under way`]),
  ]
}

/** Releases what stands aside, once for each time that it was parked. */
const releaseAll = async (world: World, clients: Clients, asked: Set<string>): Promise<number> => {
  let parked = 0
  for (const name of PARKING) {
    for (const { stream, since } of await parkingIn(world.log, name, world.scheduler.clock).parkedAt(EVER)) {
      parked += 1
      const turn = `${name} ${stream} ${since}`
      if (asked.has(turn)) continue
      asked.add(turn)
      await clients.ask(release(name, stream, `since ${since}`))
    }
  }
  return parked
}

/** Resolves when everybody stands at the head, twice in a row; nobody releases anything. */
export const rest = async (world: World): Promise<void> => {
  for (let quiet = 0; quiet < 2;) {
    await world.scheduler.sleep(LOOK_MS)
    quiet = (await unrestIn(world)).length === 0 ? quiet + 1 : 0
  }
}

/** Resolves when nothing is parked and everybody stands at the head, twice in a row. */
export const drain = async (world: World, clients: Clients): Promise<void> => {
  const asked = new Set<string>()
  for (let quiet = 0; quiet < 2;) {
    await world.scheduler.sleep(LOOK_MS)
    const parked = await releaseAll(world, clients, asked)
    quiet = parked === 0 && (await unrestIn(world)).length === 0 ? quiet + 1 : 0
  }
}
