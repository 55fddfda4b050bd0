/**
 * One Kafka for all tests of a run that only need a broker. It is started by the first test that asks at the door, so that a run of unit
 * tests alone pays nothing, and stopped when the run ends. Tests that kill brokers start their own.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startKafka, type KafkaCluster } from '../../../infra/kafka/kafka.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that answers with the brokers, as JSON, once they serve. */
    readonly kafkaDoor: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let folder: string | undefined
  let starting: Promise<KafkaCluster> | undefined

  const start = async (): Promise<KafkaCluster> => {
    folder = await mkdtemp(join(tmpdir(), 'muster-kafka-'))
    return startKafka({ folder })
  }
  const door = createServer((_request, response) => {
    starting ??= start()
    starting.then(
      ({ brokers }) => response.end(JSON.stringify(brokers)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const address = door.address()
  project.provide('kafkaDoor', `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)

  return async () => {
    door.close()
    const cluster = await starting?.catch(() => undefined)
    await cluster?.stop()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}
