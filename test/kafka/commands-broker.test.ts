/** Commands while the broker itself is killed: a sender, an intake and a reader of results that all live on. The data are synthetic. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { openCommandHandler } from '@muster/command-handler/handler'
import { memoryEventStore } from '@muster/event-store/memory'
import { clock, ground, opened, openPost } from '@muster/intake/kafka/testing'
import { chance } from '../support/chance.ts'
import { roomIn } from '../support/kafka/room.ts'
import { onOwnKafka } from '../support/kafka/suites.ts'
import { allAnswered, expectOnceInOrder, streamOf } from './commands-stream.ts'

const SEED = 20270110
const KILLS = 2

onOwnKafka('commands over a Kafka that is killed', 1, (cluster) => {
  test('come once in effect and in order; nothing is lost, the rest follows by itself', async () => {
    const luck = chance(SEED)
    const kafka = kafkaBroker({ brokers: cluster().brokers, clientId: 'killed' })
    const room = roomIn(kafka, { name: 'killed', partitions: 2 })
    const store = memoryEventStore({ clock })
    const handler = openCommandHandler({ store, clock })
    await ground(handler)
    const post = await openPost(room)
    const consumer = await opened({ broker: room, handler })
    const stream = streamOf(luck, { name: 'K', pledges: 30, amendments: 20 })

    let killing = true
    const kills = (async () => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(luck.between(500, 2_000))
        const [node] = cluster().nodes
        await node?.kill('SIGKILL')
        await sleep(luck.between(0, 1_000))
        await node?.start()
      }
      killing = false
    })()
    // The sender's producer holds each batch until the broker is back: the pouring waits with it.
    const posted = stream.withRepeats
    let sent = 0
    while (sent < posted.length) {
      await post.send(...posted.slice(sent, sent + 5))
      sent += 5
      await sleep(luck.between(20, killing ? 120 : 30))
    }
    await kills
    await allAnswered(post, stream)
    await expectOnceInOrder(store, post, stream)
    expect(post.deadLetters).toEqual([])
    expect(consumer.trouble()).toBeUndefined()

    // An intake that is told to stop while the broker is away stops all the same.
    await cluster().nodes[0]?.kill('SIGKILL')
    await until('trouble', () => consumer.trouble() !== undefined)
    await consumer.stop()
    await kafka.close()
  })
})
