/** The Kafka adapter against a real broker: the suite that every broker passes. Needs Java 17 and Maven, or KAFKA_BROKERS. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { brokerContract } from '@muster/broker/contract'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { kafkaUnavailable, startKafka, type KafkaCluster } from '../../infra/kafka/kafka.ts'

const given = process.env['KAFKA_BROKERS']?.split(',')
const missing = given === undefined ? await kafkaUnavailable() : undefined

if (missing === undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-kafka-'))
  let cluster: KafkaCluster | undefined
  brokerContract('Kafka', async () => {
    cluster = given === undefined ? await startKafka({ folder }) : undefined
    return kafkaBroker({ brokers: [...(given ?? cluster?.brokers ?? [])], clientId: 'contract' })
  })
  afterAll(async () => {
    await cluster?.stop()
    await rm(folder, { recursive: true, force: true })
  })
} else {
  test('the Kafka adapter passes the suite of every broker', ({ skip }) => {
    expect(missing).not.toBe('')
    skip(`left out: ${missing}; set KAFKA_BROKERS to run it against a broker that is already there`)
  })
}
