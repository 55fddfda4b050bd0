/**
 * An intake to be killed: commands of one room on a log in a folder, until it dies at the place it is told. Run as
 * `node commands-process.ts FOLDER BROKERS ROOM DIES CALL`: at the CALL-th time it has written to the log (`effect`) or has sent results
 * (`results`) it kills itself before anything else can happen; with `never` it lives until it is stopped.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Broker } from '@muster/broker/broker'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { openCommandHandler } from '@muster/command-handler/handler'
import { resultsTopic } from '@muster/contracts/integration/topics'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openTokens } from '@muster/http/tokens'
import { clock, opened } from '@muster/intake/kafka/testing'
import { roomIn } from '../support/kafka/room.ts'

const [folder, brokers, name, dies, call] = process.argv.slice(2)
if (folder === undefined || brokers === undefined || name === undefined) throw new Error('usage: see above')

let calls = 0
const dieAfter = (where: string): void => {
  if (where !== dies) return
  calls += 1
  if (calls === Number(call)) process.kill(process.pid, 'SIGKILL')
}

const log = await openSqliteEventStore({ path: `${folder}/log.sqlite`, clock })()
if (E.isLeft(log)) throw new Error(log.left.message)
const handler = openCommandHandler({ store: log.right, clock })

const room = roomIn(kafkaBroker({ brokers: brokers.split(','), clientId: 'intake-process' }), { name, partitions: 2 })
const mortal: Broker = {
  ...room,
  producer: () => {
    const producer = room.producer()
    return {
      ...producer,
      send: async (topic, partition, messages) => {
        const answer = await producer.send(topic, partition, messages)
        if (topic === resultsTopic.name) dieAfter('results')
        return answer
      },
    }
  },
}

const consumer = await opened({
  broker: mortal,
  tokens: await openTokens(folder, clock),
  handler: {
    handle: async (submissions) => {
      const results = await handler.handle(submissions)
      dieAfter('effect')
      return results
    },
  },
})
process.on('SIGTERM', () => {
  void consumer
    .stop()
    .then(() => log.right.close())
    .then(() => process.exit(0))
})
process.stdout.write('open\n')
