/** What people do in a run, by chance: pledge, amend, accept, withdraw, propose, plan, sign, deploy, send home; over HTTP and over Kafka, and often twice. */
import * as E from 'fp-ts/lib/Either.js'
import { chance, type Chance } from '../../support/chance.ts'
import type { Clients } from './clients.ts'
import { eventsIn } from './invariants.ts'
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
} from './words.ts'
import type { World } from './world.ts'

const LOOK_MS = 150
const PATIENCE = 60
/** So many of all runs. */
const WAVERING = 0.1

export interface Workload {
  /** Resolves when everybody has finished. */
  readonly done: Promise<unknown>
}

/** Every actor has a chance of its own, so that what one does changes nothing for the others. */
export const beginWorkload = (seed: number, world: World, clients: Clients): Workload => {
  const { scheduler } = world
  const plot = chance(seed ^ 0x5eed)
  const actorChance = (): Chance => chance(Math.floor(plot.next() * 2 ** 31))
  const pause = (random: Chance): Promise<void> => scheduler.sleep(random.next() * 400)

  /** By HTTP it waits for the answer; by Kafka it goes on at once, as the order of the key is kept. */
  const give = async (random: Chance, given: Given): Promise<void> => {
    const again = random.next() < 0.2
    if (random.next() < 0.5) {
      if (again) void clients.ask(given)
      await clients.ask(given)
    } else {
      await clients.post(given)
      if (again) await (random.next() < 0.5 ? clients.post(given) : clients.ask(given))
    }
  }

  /** Looks into the log until something is there; false when it never comes. */
  const seen = async (stream: string, types: ReadonlyArray<string>): Promise<boolean> => {
    for (let looks = 0; looks < PATIENCE; looks += 1) {
      for await (const { type } of world.log.readStream(stream)) if (types.includes(type)) return true
      await scheduler.sleep(LOOK_MS)
    }
    return false
  }

  const serve = async (random: Chance, commitment: string): Promise<void> => {
    await give(random, acceptProposal(commitment))
    if (random.next() < 0.35) return give(random, random.next() < 0.5 ? cancel(commitment) : declineProposal(commitment))
    const held = await seen(`commitment-${commitment}`, ['CommitmentAccepted'])
    if (!held || random.next() < 0.4) return
    const reserved = async (): Promise<boolean> =>
      (await eventsIn(world)).some(
        ({ type, data }) => type === 'CapacityReserved' && JSON.stringify(data).includes(`"${commitment}"`),
      )
    for (let looks = 0; looks < PATIENCE && !(await reserved()); looks += 1) await scheduler.sleep(LOOK_MS)
    if (!(await reserved())) return
    await clients.ask(sign(commitment))
    await clients.ask(deploy(commitment, 1))
    if (random.next() < 0.7) await clients.ask(repatriate(commitment, 1))
  }

  const pledger = async (pledge: string): Promise<void> => {
    const random = actorChance()
    await pause(random)
    await give(random, submit(pledge, 2 + Math.floor(random.next() * 3), random.next() < 0.3 ? 'confidential' : 'unclassified'))
    for (let turn = 0; turn < 3 && random.next() < 0.6; turn += 1) {
      await give(random, amend(pledge, 1 + Math.floor(random.next() * 5), turn))
      if (random.next() < 0.5) await pause(random)
    }
    if (random.next() < 0.2) await give(random, withdraw(pledge))
    await give(random, accept(pledge))
    if (!(await seen(`pledge-${pledge}`, ['PledgeAccepted']))) return
    const proposals = Array.from({ length: Math.floor(random.next() * 4) }, (_, index) => `${pledge}-C${index}`)
    await Promise.all(
      proposals.map(async (commitment) => {
        const own = actorChance()
        await clients.ask(propose(commitment, pledge, 1 + Math.floor(own.next() * 2)))
        await serve(own, commitment)
      }),
    )
    if (random.next() < 0.3) await give(random, amend(pledge, 1, 9))
    if (random.next() < 0.2) await give(random, withdraw(pledge))
  }

  const officer = async (plan: string, after: string): Promise<void> => {
    const random = actorChance()
    if (!(await seen(`pledge-${after}`, ['PledgeAccepted']))) return
    await clients.ask(requestPlan(plan))
    if (!(await seen(`plan-${plan}`, ['PlanComputed']))) return
    await give(random, approvePlan(plan))
    for (let index = 1; index <= 2; index += 1) {
      const commitment = `${plan}-${String(index).padStart(4, '0')}`
      if (await seen(`commitment-${commitment}`, ['CommitmentProposed'])) await serve(random, commitment)
    }
  }

  /** Somebody who changes the same pledge at the same time, and gives every command everywhere at once. */
  const rival = async (pledge: string): Promise<void> => {
    const random = actorChance()
    if (!(await seen(`pledge-${pledge}`, ['PledgeSubmitted']))) return
    for (let turn = 0; turn < 4 && random.next() < 0.8; turn += 1) {
      const given = random.of([
        amend(pledge, 1 + Math.floor(random.next() * 3), 20 + turn),
        amend(pledge, 1 + Math.floor(random.next() * 3), 30 + turn),
        accept(pledge),
        withdraw(pledge),
      ])
      await Promise.all([clients.ask(given), clients.post(given), clients.ask(given), pause(random)])
    }
  }

  /** Somebody who cannot decide between two figures: what is already so for one intake is a change for the next. */
  const waverer = async (pledge: string, name: number): Promise<void> => {
    if (!(await seen(`pledge-${pledge}`, ['PledgeSubmitted']))) return
    for (let turn = 0; turn < 8; turn += 1) {
      const given = amend(pledge, 2 + ((turn + name) % 2), 100 * name + turn)
      await Promise.all([clients.ask(given), clients.ask(given), clients.ask(given)])
    }
  }

  /** Somebody who sends what is no command. */
  const bungler = async (): Promise<void> => {
    const random = actorChance()
    for (let turn = 0; turn < 2 && random.next() < 0.5; turn += 1) {
      await pause(random)
      await clients.postPoison(random.of(['NPL-1', 'RWA-2']), random.of(['no json', '{"id":"x"}', '{"type":"SubmitPledge"}']))
    }
  }

  const pledges = ['NPL-1', 'RWA-2', 'NPL-3'].slice(0, 1 + Math.floor(plot.next() * 3))
  const plans = ['p1', 'p2'].slice(0, Math.floor(plot.next() * 3))
  const actors = [
    ...pledges.map(pledger),
    ...plans.map((plan) => officer(plan, 'NPL-1')),
    bungler(),
    ...(plot.next() < 0.5 ? [rival('NPL-1')] : []),
  ]
  if (chance(seed ^ 0xba1).next() < WAVERING) actors.push(...[1, 2, 3].map((name) => waverer('NPL-1', name)))
  return { done: Promise.all(actors) }
}

/** Whether a command was taken; for scenarios that build on it. */
export const accepted = async (clients: Clients, given: Given): Promise<void> => {
  const answer = await clients.ask(given)
  if (E.isLeft(answer)) throw new Error(`${given.key} was refused: ${JSON.stringify(answer.left)}`)
}
