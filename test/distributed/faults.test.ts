/**
 * Services, broker and database killed at seeded moments while commands pour in (synthetic), and the broker away for a minute. After
 * it: nothing acknowledged is lost, nothing is there twice, every record is told in its order, the read models equal a cold
 * rebuild row for row, and the lag returns to zero without help.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Message } from '@muster/broker/broker'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { openEsdbEventStore } from '@muster/event-store-esdb/store'
import { startProjector } from '@muster/projector/projector'
import { openPostgresReadModels } from '@muster/read-models/open'
import { seeded } from '@muster/reference-data/random'
import { startSet, type DistributedSet } from '../../infra/distributed/set.ts'
import { kafkaUnavailable } from '../../infra/kafka/kafka.ts'
import { accepted, askWith, type Ask } from '../e2e/api.ts'
import { CHECKOUT, freePort, tokenFor } from '../e2e/engine.ts'
import { eventually } from '../e2e/eventually.ts'
import { runLoad, type Account } from './load.ts'
import { readTopic } from './set.ts'

const missing = await kafkaUnavailable()
const SEED = Number(process.env['MUSTER_SEED'] ?? 20261126)
/** So long is the broker away; everything else is killed meanwhile and after. */
const BROKER_AWAY_MS = 60_000
const KILLS_AFTER = 8

const clock = (): string => new Date().toISOString()

const Feed = z.object({ items: z.array(z.object({ position: z.int(), id: z.string(), stream: z.string(), revision: z.int() })) })
type FeedItem = z.output<typeof Feed>['items'][number]

const wholeFeed = async (officer: Ask): Promise<ReadonlyArray<FeedItem>> => {
  const all: FeedItem[] = []
  for (;;) {
    const { items } = Feed.parse((await officer.get(`/v1/events?limit=500&after=${all.at(-1)?.position ?? 0}`)).body)
    if (items.length === 0) return all
    all.push(...items)
  }
}

/** The catalogue and the state that the load needs. */
const found = async (officer: Ask): Promise<void> => {
  accepted(await officer.give('RegisterContributor', { contributor: 'NPL', kind: 'state', name: 'Nepal' }))
  accepted(
    await officer.give('DefineCapability', {
      capability: 'INF-CO',
      name: 'Infantry company',
      category: 'infantry',
      dimension: 'personnel',
      measure: 'standing',
      unit: 'unit',
      divisible: false,
      source: 'synthetic',
    }),
  )
}

describe.skipIf(missing !== undefined)(
  `under faults (seed ${SEED})${missing === undefined ? '' : ` (left out: ${missing})`}`,
  () => {
    let folder: string
    let set: DistributedSet
    let officer: Ask
    let account: Account
    let told: { readonly messages: ReadonlyArray<Message>; readonly close: () => Promise<void> }
    let killed: string[]

    const killService = (name: string): void => {
      const service = set.services().find((each) => each.name === name)
      if (service === undefined) throw new Error(`there is no ${name}`)
      process.kill(service.pid, 'SIGKILL')
      killed.push(name)
    }
    const crashDatabase = async (): Promise<void> => {
      const { postgres } = set.engines.here
      await postgres?.kill('SIGKILL')
      killed.push('PostgreSQL')
      await sleep(1_000)
      await postgres?.start()
    }
    const loseBroker = async (forMs: number): Promise<void> => {
      const [node] = set.engines.here.kafka?.nodes ?? []
      await node?.kill('SIGKILL')
      killed.push('Kafka')
      await sleep(forMs)
      await node?.start()
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'muster-faults-'))
      killed = []
      const settings = {
        MUSTER_PORT: await freePort(),
        MUSTER_HOST: '127.0.0.1',
        MUSTER_DATA: folder,
        MUSTER_LOG: 'warn',
        EVENTSTORE_NAMESPACE: 'faults',
      }
      set = await startSet(settings, { root: CHECKOUT, say: () => undefined, onChange: () => undefined })
      officer = askWith(set.url, await tokenFor(folder, 'officer'))
      const token = await tokenFor(folder, 'nation', 'NPL')
      const { brokers } = set.engines
      told = await readTopic(brokers, 'muster.events', 'an-independent-reader')
      await found(officer)

      const random = seeded(SEED)
      const loading = new AbortController()
      const broker = kafkaBroker({ brokers, clientId: 'load' })
      const load = runLoad({
        seed: SEED,
        nation: askWith(set.url, token),
        token,
        broker,
        commandTopic: 'muster.commands.pledge',
        resultsTopic: 'muster.command-results',
        signal: loading.signal,
      })
      const names = ['intake', 'query-1', 'query-2', 'projector', 'allocator', 'relay', 'gateway'] as const
      await sleep(2_000)
      const brokerAway = loseBroker(BROKER_AWAY_MS)
      for (const name of names) {
        await sleep(random.int(1_000, 5_000))
        killService(name)
      }
      await crashDatabase()
      await brokerAway
      for (let kill = 0; kill < KILLS_AFTER; kill += 1) {
        await sleep(random.int(200, 3_000))
        const victim = random.pick([...names, 'PostgreSQL', 'Kafka'])
        if (victim === 'PostgreSQL') await crashDatabase()
        else if (victim === 'Kafka') await loseBroker(random.int(0, 2_000))
        else killService(victim)
      }
      loading.abort()
      account = await load
      await broker.close()
    }, 400_000)
    afterAll(async () => {
      await told.close()
      await set.stop()
      await rm(folder, { recursive: true, force: true })
    }, 60_000)

    test('every part was killed, and commands were acknowledged all along', () => {
      expect(new Set(killed).size).toBeGreaterThanOrEqual(9)
      expect(account.acknowledged.size).toBeGreaterThan(200)
      expect([...account.answeredByKafka].toSorted()).toEqual([...account.givenByKafka].toSorted())
    })

    test('everything is ready again by itself, and nothing lags', async () => {
      await eventually(async () => ((await officer.get('/readyz')).status === 200 ? true : undefined))
      const { body } = await officer.get('/readyz')
      expect(JSON.stringify(body)).toContain('read models: 0 positions behind'.slice(0, 11))
      await eventually(async () => {
        const { text } = await officer.get('/readyz')
        return text.includes('"0 positions behind the log"') ? true : undefined
      })
    })

    test('nothing acknowledged is lost, and nothing is there twice', async () => {
      const feed = await wholeFeed(officer)
      const ids = feed.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      const known = new Set(ids)
      expect([...account.acknowledged.values()].flat().filter((id) => !known.has(id))).toEqual([])
      for (const [stream, events] of Map.groupBy(feed, (item) => item.stream)) {
        expect([stream, events.map(({ revision }) => revision)]).toEqual([stream, events.map((_, index) => index)])
      }
    })

    test('every record is told outside in its order, nothing of it left out, repeats under the same id', async () => {
      const feed = await wholeFeed(officer)
      const expected = Map.groupBy(
        feed.filter(({ stream }) => stream.startsWith('pledge-')),
        ({ stream }) => stream.slice('pledge-'.length),
      )
      const firstTimes = (): ReadonlyMap<string, ReadonlyArray<number>> => {
        const seen = new Set<string>()
        const fresh = told.messages.filter(({ headers }) => {
          const id = headers['ce_id'] ?? ''
          return seen.has(id) ? false : seen.add(id)
        })
        const bySubject = Map.groupBy(fresh, ({ headers }) => headers['ce_subject'] ?? '')
        return new Map(
          [...bySubject].map(([subject, messages]) => [subject, messages.map(({ headers }) => Number(headers['ce_sequence']))]),
        )
      }
      await eventually(async () => {
        const now = firstTimes()
        return [...expected].every(([pledge, events]) => now.get(pledge)?.length === events.length) ? true : undefined
      })
      const now = firstTimes()
      for (const [pledge, events] of expected)
        expect([pledge, now.get(pledge)]).toEqual([pledge, events.map((_, index) => index)])
    })

    test('the read models equal a cold rebuild, row for row', async () => {
      const store = await openEsdbEventStore({ connectionString: set.engines.eventStore, namespace: 'faults' })()
      if (E.isLeft(store)) throw new Error(store.left.message)
      const readModels = await openPostgresReadModels({ connectionString: set.engines.postgres }, { clock })
      const projector = await startProjector({ store: store.right, readModels, clock })
      const rebuilt = await projector.rebuild()
      await projector.stop()
      await readModels.close()
      await store.right.close()
      expect(rebuilt).toMatchObject({ _tag: 'Swapped', comparison: { differing: 0 } })
      expect(rebuilt._tag === 'Swapped' ? rebuilt.comparison?.rows : 0).toBeGreaterThan(200)
    })
  },
)
