/** Suites that need a real Kafka: they run wherever one is named or can be started, and say why they were left out elsewhere. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, inject } from 'vitest'
import { z } from 'zod'
import { kafkaUnavailable, startKafka, type KafkaCluster } from '../../../infra/kafka/kafka.ts'

const given = process.env['KAFKA_BROKERS']?.split(',')
const missing = await kafkaUnavailable()

const leftOut = (why: string | undefined, remedy: string): string => (why === undefined ? '' : ` (left out: ${why}; ${remedy})`)

/** The brokers that KAFKA_BROKERS names, else the one that all suites of a run share; started by whoever asks first. */
const sharedBrokers = async (): Promise<ReadonlyArray<string>> => {
  if (given !== undefined) return given
  const answer = await fetch(inject('kafkaDoor'))
  if (!answer.ok) throw new Error(await answer.text())
  return z.array(z.string()).parse(await answer.json())
}

/** For tests that only use a broker. Topics and groups are to be kept apart by the tests themselves: see `room.ts`. */
export const onKafka = (name: string, suite: (brokers: () => Promise<ReadonlyArray<string>>) => void): void => {
  const why = given === undefined ? missing : undefined
  describe.skipIf(why !== undefined)(`${name}${leftOut(why, 'or set KAFKA_BROKERS')}`, () => {
    suite(sharedBrokers)
  })
}

/** For tests that kill brokers: a cluster of their own, whatever KAFKA_BROKERS names. */
export const onOwnKafka = (name: string, nodes: 1 | 3, suite: (cluster: () => KafkaCluster) => void): void => {
  const remark = leftOut(missing, 'a broker that is already there cannot be killed')
  describe.skipIf(missing !== undefined)(`${name}${remark}`, () => {
    let folder: string
    let cluster: KafkaCluster | undefined
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'muster-kafka-'))
      cluster = await startKafka({ folder, nodes })
    })
    afterAll(async () => {
      await cluster?.stop()
      await rm(folder, { recursive: true, force: true })
    })
    suite(() => {
      if (cluster === undefined) throw new Error('the cluster has not been started')
      return cluster
    })
  })
}
