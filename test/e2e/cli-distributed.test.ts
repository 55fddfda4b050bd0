/** The command line beside a distributed set: what it reads lies in EventStoreDB (here its protocol double) and in PostgreSQL. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCommandHandler } from '@muster/command-handler/handler'
import { openEsdbEventStore } from '@muster/event-store-esdb/store'
import { startProjector } from '@muster/projector/projector'
import { openPostgresReadModels } from '@muster/read-models/open'
import { startPostgres, type TestPostgres } from '@muster/read-models/testing/postgres'
import { startDouble, type Double } from '../support/esdb/double.ts'
import { say, sayJson } from './cli.ts'
import { endEverything } from './engine.ts'
import { emptyFolder } from './prepared-store.ts'

const NAMESPACE = 'by-another-name'
const clock = (): string => new Date().toISOString()
let double: Double
let postgres: TestPostgres
let data: string
let head = 0

/** A few synthetic nations, in a log and in read models as a distributed set keeps them. */
beforeAll(async () => {
  double = await startDouble()
  postgres = await startPostgres()
  data = await emptyFolder()
  const opened = await openEsdbEventStore({ connectionString: double.connectionString, namespace: NAMESPACE })()
  if (E.isLeft(opened)) throw new Error(opened.left.message)
  const store = opened.right
  const handler = openCommandHandler({ store, clock })
  const readModels = await openPostgresReadModels({ connectionString: postgres.connectionString }, { clock })
  for (const contributor of ['NPL', 'RWA', 'GHA']) {
    const message = { type: 'RegisterContributor', data: { contributor, kind: 'state', name: contributor } }
    await handler.handle([{ key: contributor, actor: { role: 'officer' }, message, correlationId: 'synthetic' }])
  }
  head = await store.head()
  const projector = await startProjector({ store, readModels, clock })
  if (!(await projector.waitFor(head, 20_000))) throw new Error('the read models did not keep up')
  await projector.stop()
  await readModels.close()
  await store.close()
}, 120_000)
afterAll(async () => {
  await endEverything()
  await double.stop()
  await postgres.stop()
})

const settings = (): Record<string, string> => ({
  EVENTSTORE_URL: double.connectionString,
  EVENTSTORE_NAMESPACE: NAMESPACE,
  MUSTER_POSTGRES: postgres.connectionString,
})
const described = (): Promise<void> =>
  writeFile(
    join(data, 'distributed.json'),
    JSON.stringify({
      kafka: {},
      engines: { eventStore: double.connectionString, namespace: NAMESPACE, postgres: postgres.connectionString },
      services: [{ name: 'projector', pid: process.pid }],
    }),
  )

describe('a log in EventStoreDB and read models in PostgreSQL', () => {
  test('are verified, replayed and exported where the environment names them', async () => {
    const env = settings()
    expect(await sayJson(['verify'], { data, env })).toEqual({ events: 3, streams: 3, plans: 0, findings: [] })
    expect(await sayJson(['replay'], { data, env })).toMatchObject({ position: head, rows: 6, differing: 0 })
    const log = await say(['export', 'log'], { data, env })
    expect(log.stdout.trim().split('\n')).toHaveLength(3)
    const problem = ['export', 'problem', '--from', '2027-01-01', '--to', '2028-01-01']
    expect((await say(problem, { data, env })).stderr).toContain('policy')
  })

  test('are found through what the set says of itself, and nothing is opened beside it', async () => {
    await described()
    expect(await sayJson(['verify'], { data })).toMatchObject({ events: 3, findings: [] })
    expect(await sayJson(['replay'], { data })).toMatchObject({ differing: 0 })
    const doctor = await say(['doctor'], { data })
    expect(doctor.stdout).toMatch(/ok {3}log: opens; head at position \d+/)
    expect(doctor.stdout).toMatch(/ok {3}read models: open; at position \d+, 0 events/)
    expect(doctor.stdout).toContain('BAD  server: does not answer')
    const rebuild = await say(['replay', '--rebuild'], { data })
    expect([rebuild.code, rebuild.stderr]).toEqual([1, expect.stringContaining('docs/read-models.md')])
    const give = await say(['give', 'EndMandate', '{"mission":"UNMIL","on":"2014-01-01"}'], { data })
    expect([give.code, give.stderr]).toEqual([1, expect.stringContaining('distributed set')])
    expect(await say(['export', 'log'], { data: await emptyFolder() })).toMatchObject({ code: 1, stdout: '' })
  })

  test('that cannot be reached are named, with what to do', async () => {
    const env = { ...settings(), MUSTER_POSTGRES: 'postgres://muster:secret@127.0.0.1:1/muster' }
    const replay = await say(['replay'], { data, env })
    expect(replay.code).toBe(1)
    expect(replay.stderr).toContain('MUSTER_POSTGRES')
    expect(replay.stderr).not.toContain('secret')
    const wrong = await say(['verify'], { data, env: { EVENTSTORE_URL: 'http://localhost:2113' } })
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('EVENTSTORE_URL must be an address such as esdb://')])
  })
})
