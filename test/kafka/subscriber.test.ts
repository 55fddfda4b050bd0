/**
 * The sample subscriber behind a real relay and a real broker: members of its group join, leave and are killed, and the relay tells
 * everything twice; the report equals what follows from the accepted commands. The data are synthetic.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { reader, sendAll, until } from '@muster/broker/testing'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { eventsTopic } from '@muster/contracts/integration/topics'
import { openCommandHandler } from '@muster/command-handler/handler'
import { memoryEventStore } from '@muster/event-store/memory'
import type { EventStore } from '@muster/event-store/event-store'
import { openTokens } from '@muster/http/tokens'
import { clock, ground } from '@muster/intake/kafka/testing'
import { openRelay, type Relay } from '@muster/relay/relay'
import { memoryCheckpoint, type MemoryCheckpoint } from '@muster/relay/testing'
import { startReporter } from '@muster/reporter/reporter'
import { openReportStore, Report } from '@muster/reporter/store'
import { pledgedBy } from '@muster/reporter/testing'
import { systemSurroundings } from '@muster/subscription/surroundings'
import { freePorts } from '../../infra/free-ports.ts'
import { chance } from '../support/chance.ts'
import { onOwnKafka } from '../support/kafka/suites.ts'

const SEED = 5
/** Says nothing of any record; it is noted where it lies, behind everything that was sent before it. */
const marker = { key: 'marker', value: Buffer.from('{}'), headers: {} }
const MAIN = join(import.meta.dirname, '../../services/reporter/src/main.ts')

interface Standing {
  contributor: string
  capability: string
  quantity: number
  open: boolean
}

onOwnKafka('the sample subscriber', 1, (cluster) => {
  let folder: string
  let port: number
  const processes: ChildProcess[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-subscriber-'))
    port = (await freePorts(1))[0] ?? 0
  })
  afterAll(async () => {
    for (const child of processes) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const startProcess = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        KAFKA_BROKERS: cluster().brokers.join(','),
        MUSTER_DATA: folder,
        MUSTER_PORT: String(port),
        MUSTER_LOG: 'silent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    processes.push(child)
    const [line] = await once(child.stdout, 'data')
    expect(String(line)).toContain('reporter is ready at')
    return child
  }
  const reportOf = async (): Promise<Report> => {
    const token = await (await openTokens(folder, () => new Date().toISOString())).issue({ role: 'reporting' })
    if (E.isLeft(token)) throw new Error(token.left._tag)
    const answer = await fetch(`http://127.0.0.1:${port}/v1/report`, { headers: { authorization: `Bearer ${token.right}` } })
    expect(answer.status).toBe(200)
    return Report.parse(await answer.json())
  }
  const relayOf = async (store: EventStore, checkpoint: MemoryCheckpoint): Promise<Relay> => {
    const broker = kafkaBroker({ brokers: cluster().brokers, clientId: 'relay' })
    const relay = await openRelay({ store, broker, checkpoint, clock, surroundings: systemSurroundings })
    if (E.isLeft(relay)) throw new Error(relay.left)
    return relay.right
  }

  /** A sender that was cut off long ago gets its first messages through at last. */
  const comeBackWithOldOnes = async (): Promise<void> => {
    const broker = kafkaBroker({ brokers: cluster().brokers, clientId: 'late' })
    const { seen } = await reader(broker, { group: 'late', topics: [eventsTopic.name] })
    await until('old messages', () => seen.length >= 300)
    await sendAll(broker.producer(), eventsTopic.name, [...seen.slice(0, 300), marker])
    await until('the last of them taken in', async () => (await reportOf()).leftOut.some(({ reason }) => /ce_type/.test(reason)))
    await broker.close()
  }

  test('reports exactly what was accepted, through repeats, rebalances and a killed member', async () => {
    const luck = chance(SEED)
    const store = memoryEventStore({ clock })
    const handler = openCommandHandler({ store, clock })
    await ground(handler)
    let commands = 0
    const give = async (type: string, data: Readonly<Record<string, unknown>>): Promise<boolean> => {
      commands += 1
      const [result] = await handler.handle([
        { key: `c-${commands}`, actor: { role: 'officer' }, message: { type, data }, correlationId: 'synthetic' },
      ])
      return result !== undefined && E.isRight(result)
    }
    const standing = new Map<string, Standing>()
    /** One synthetic change; what the report must say of it is noted when it is accepted. */
    const happen = async (): Promise<void> => {
      const pledge = `P-${Math.floor(luck.between(0, 120))}`
      const quantity = Math.floor(luck.between(1, 50))
      const open = luck.next() < 0.8
      const classification = open ? 'unclassified' : 'confidential'
      const known = standing.get(pledge)
      if (known === undefined) {
        const contributor = luck.of(['NPL', 'RWA'])
        const terms = { contributor, ownReference: pledge, capability: 'INF-BN', quantity, from: '2027-03-01', to: '2028-03-01' }
        if (await give('SubmitPledge', { pledge, ...terms, classification }))
          standing.set(pledge, { contributor, capability: 'INF-BN', quantity, open })
      } else if (luck.next() < 0.04) {
        if (await give('WithdrawPledge', { pledge, reason: 'synthetic' })) known.quantity = 0
      } else if (await give('AmendPledge', { pledge, quantity, classification })) {
        Object.assign(known, { quantity, open })
      }
    }

    let reporting = await startProcess()
    const first = await relayOf(store, memoryCheckpoint())
    let happening = true
    const joining = (async () => {
      while (happening) {
        const broker = kafkaBroker({ brokers: cluster().brokers, clientId: 'guest' })
        const database = openReportStore(join(folder, 'report.sqlite'))
        await startReporter(broker, database)
        await sleep(luck.between(800, 1_500))
        await broker.close()
        database.close()
      }
    })()
    for (let round = 0; round < 60; round += 1) {
      for (let turn = 0; turn < 10; turn += 1) await happen()
      await sleep(60)
      if (round === 20) {
        const killed = once(reporting, 'exit')
        reporting.kill('SIGKILL')
        await killed
        reporting = await startProcess()
      }
    }
    await until('the relay at the head', async () => (await first.status()).lag === 0)
    await first.stop()
    // A relay that has lost its checkpoint tells everything again.
    const checkpoint = memoryCheckpoint()
    const second = await relayOf(store, checkpoint)
    await until('all told again', async () => checkpoint.position().then(async (at) => at === (await store.head())))
    await second.stop()
    await comeBackWithOldOnes()
    happening = false
    await joining

    const expected = pledgedBy([...standing.values()].filter(({ open, quantity }) => open && quantity > 0))
    expect(expected.length).toBe(2)
    await until('the report', async () => JSON.stringify((await reportOf()).pledged) === JSON.stringify(expected)).catch(() => {})
    const report = await reportOf()
    expect(report.pledged).toEqual(expected)
    expect(report.leftOut).toHaveLength(1)
    const readiness = await fetch(`http://127.0.0.1:${port}/readyz`)
    expect(z.object({ status: z.literal('ready') }).safeParse(await readiness.json()).error).toBeUndefined()

    const ended = once(reporting, 'exit')
    reporting.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})
