/** A steady stream of commands over HTTP and Kafka (synthetic), and an account of everything that was acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker } from '@muster/broker/broker'
import { sendAll } from '@muster/broker/testing'
import { BatchAnswer } from '@muster/contracts/answers'
import { seeded } from '@muster/reference-data/random'
import { accepted, type Ask } from '../e2e/api.ts'

export interface Account {
  /** Event ids by command, of all commands that were answered as accepted. */
  readonly acknowledged: ReadonlyMap<string, ReadonlyArray<string>>
  /** Commands given through Kafka whose result has been read. */
  readonly answeredByKafka: ReadonlySet<string>
  readonly givenByKafka: ReadonlySet<string>
}

export interface LoadOptions {
  readonly seed: number
  /** As a nation whose pledges these are. */
  readonly nation: Ask
  readonly token: string
  readonly broker: Broker
  readonly commandTopic: string
  readonly resultsTopic: string
  readonly signal: AbortSignal
}

const CONTRIBUTOR = 'NPL'
const PAUSE_MS = 40
const KAFKA_EVERY = 4
const AGAIN_MS = 250

const termsOf = (pledge: string, quantity: number): object => ({
  pledge,
  contributor: CONTRIBUTOR,
  ownReference: pledge,
  capability: 'INF-CO',
  quantity,
  from: '2027-01-01',
  to: '2028-01-01',
  classification: 'unclassified',
})

/** Runs until the signal, and then until everything that was given has been answered. */
export const runLoad = async (options: LoadOptions): Promise<Account> => {
  const { seed, nation, token, broker, commandTopic, resultsTopic, signal } = options
  const random = seeded(seed)
  const acknowledged = new Map<string, ReadonlyArray<string>>()
  const givenByKafka = new Set<string>()
  const answeredByKafka = new Set<string>()
  const producer = broker.producer()

  const results = await broker.consume({
    group: `load-${seed}`,
    topics: [resultsTopic],
    spanSize: 200,
    handle: async ({ messages }) => {
      for (const { value } of messages) {
        const { id, outcome, eventIds = [] } = BatchAnswer.parse(JSON.parse(Buffer.from(value).toString()))
        if (!givenByKafka.has(id)) continue
        answeredByKafka.add(id)
        if (outcome === 'accepted' && eventIds.length > 0) acknowledged.set(id, eventIds)
      }
      return { _tag: 'Right', right: undefined }
    },
  })

  /** As a careful client: the same key until there is an answer. */
  const byHttp = async (key: string, type: string, data: object): Promise<void> => {
    for (;;) {
      try {
        const answer = await nation.give(type, data, { 'idempotency-key': key })
        if (answer.status < 500 && answer.status !== 409) {
          acknowledged.set(key, accepted(answer).eventIds)
          return
        }
      } catch (error) {
        // A connection that was cut says nothing about the command.
        if (!(error instanceof TypeError)) throw error
      }
      await sleep(AGAIN_MS)
    }
  }
  const byKafka = (key: string, type: string, pledge: string, data: object): Promise<void> => {
    givenByKafka.add(key)
    const value = Buffer.from(JSON.stringify({ id: key, type, data }))
    const headers = { ce_id: key, authorization: `Bearer ${token}` }
    return sendAll(producer, commandTopic, [{ key: pledge, value, headers }])
  }

  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  const pledge = async (number: number): Promise<void> => {
    const id = `${CONTRIBUTOR}-load-${seed}-${number}`
    const quantity = random.int(1, 9)
    const through = number % KAFKA_EVERY === 0
    const give = (key: string, type: string, data: object): Promise<void> =>
      through ? byKafka(key, type, id, data) : byHttp(key, type, data)
    await give(`${id}:submit`, 'SubmitPledge', termsOf(id, quantity))
    if (random.chance(50)) await give(`${id}:amend`, 'AmendPledge', { pledge: id, quantity: quantity + 1 })
    if (random.chance(25)) await give(`${id}:withdraw`, 'WithdrawPledge', { pledge: id, reason: 'synthetic' })
  }
  for (let number = 1; !signal.aborted; number += 1) {
    const one = pledge(number)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(one))
    underWay.add(one)
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)
  }
  await Promise.all(underWay)
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} pledges could not be made: ${String(failures[0])}`)
  for (let waited = 0; answeredByKafka.size < givenByKafka.size && waited < 60_000; waited += AGAIN_MS) await sleep(AGAIN_MS)
  await results.stop()
  await producer.close()
  return { acknowledged, answeredByKafka, givenByKafka }
}
