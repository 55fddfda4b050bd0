/** Those who give commands: over HTTP until there is an answer, over Kafka as messages; what they were answered is kept. */
import * as E from 'fp-ts/lib/Either.js'
import { commandTopics, resultsTopic } from '@muster/contracts/integration/topics'
import { commandId } from '@muster/command-handler/ids'
import type { Refusal, Result } from '@muster/command-handler/submission'
import { BatchAnswer } from '@muster/contracts/answers'
import { tokenOf } from './tokens.ts'
import type { Given } from './words.ts'
import type { World } from './world.ts'

export interface Account {
  readonly given: Given
  readonly id: string
  /** Answers over HTTP that settle the command, in the order in which they came. */
  readonly answers: Result[]
  /** How often it was sent over Kafka. */
  posted: number
}

export interface Clients {
  /** By command id. */
  readonly accounts: ReadonlyMap<string, Account>
  /** Gives a command, again and again, until it has an answer that settles it. */
  readonly ask: (given: Given) => Promise<Result>
  /** Sends a command as a message; its sender reads the results topic when it wants to know. */
  readonly post: (given: Given) => Promise<void>
  /** Sends bytes that are no command. */
  readonly postPoison: (key: string, text: string) => Promise<void>
  readonly poison: () => number
  /** What the results topic says of a command. */
  readonly resultsOf: (given: Given) => ReadonlyArray<BatchAnswer>
}

const PATIENCE_MS = 1_500
const AGAIN_MS = 150

const isPassing = ({ _tag }: Refusal): boolean => _tag === 'Unavailable' || _tag === 'InFlight' || _tag === 'Conflict'

export const openClients = (world: World): Clients => {
  const { scheduler, cluster } = world
  const { chance } = scheduler
  const accounts = new Map<string, Account>()
  let poison = 0
  let requests = 0

  const accountOf = (given: Given): Account => {
    const id = commandId(given.actor, given.key)
    const account = accounts.get(id) ?? { given, id, answers: [], posted: 0 }
    accounts.set(id, account)
    return account
  }

  /** Undefined: the connection broke, or nothing came back in time. */
  const request = async ({ key, actor, message }: Given): Promise<Result | undefined> => {
    const intakes = world.intakes()
    if (intakes.length === 0) return undefined
    const { process, handler } = chance.of(intakes)
    requests += 1
    await scheduler.turn(`${key} → ${process.name}`)
    if (!process.isAlive()) return undefined
    const answer = handler.handle([{ key, actor, message, correlationId: `request ${requests}` }])
    const result = await Promise.race([answer, scheduler.sleep(PATIENCE_MS, process.died)])
    await scheduler.turn(`${key} ← ${process.name}`)
    return result?.[0]
  }

  const ask = async (given: Given): Promise<Result> => {
    const account = accountOf(given)
    for (;;) {
      const result = await request(given)
      if (result !== undefined && (E.isRight(result) || !isPassing(result.left))) {
        scheduler.note(`${given.key}: ${E.isRight(result) ? result.right.outcome : JSON.stringify(result.left)}`)
        account.answers.push(result)
        return result
      }
      await scheduler.sleep(AGAIN_MS * (1 + chance.next()))
    }
  }

  const send = (topic: string, key: string, value: string, headers: Readonly<Record<string, string>>): void => {
    const written = cluster.write(topic, cluster.partitionOf(topic, key), [{ key, value: Buffer.from(value), headers }])
    if (E.isLeft(written)) throw new Error(written.left)
  }

  return {
    accounts,
    ask,
    poison: () => poison,
    post: async (given) => {
      const account = accountOf(given)
      await scheduler.turn(`${given.key} → Kafka`)
      account.posted += 1
      const value = JSON.stringify({ id: given.key, ...given.message })
      send(commandTopics[given.kind].name, given.record, value, {
        ce_id: given.key,
        authorization: `Bearer ${tokenOf(given.actor)}`,
      })
    },
    postPoison: async (key, text) => {
      await scheduler.turn(`poison → Kafka`)
      poison += 1
      send(commandTopics.pledge.name, key, text, {})
    },
    resultsOf: ({ key, record }) =>
      cluster
        .messages(resultsTopic.name)
        .filter((message) => message.key === record && message.headers['ce_id'] === key)
        .map(({ value }) => BatchAnswer.parse(JSON.parse(Buffer.from(value).toString()))),
  }
}
