/** What goes wrong around a store: each gets a sentence that says what to do, and the store afterwards holds what it held before. */
import { readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openCommandHandler } from '@muster/command-handler/handler'
import type { EventStore } from '@muster/event-store/event-store'
import type { SettledPosition } from '@muster/event-store/event'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { testServer } from '@muster/http/testing'
import { intakePlugin } from '@muster/intake/routes'
import { accepted, askWith, refusal, type Ask } from './api.ts'
import { say, sayJson } from './cli.ts'
import { endEverything, launchEngine, startEngine, tokenFor, type Engine } from './engine.ts'
import { copyOfPreparedStore, documentIn, emptyFolder } from './prepared-store.ts'

afterAll(endEverything)

const Audit = z.object({ events: z.int(), findings: z.array(z.string()) })
/** How many events the log holds, all of them sound. */
const eventsIn = async (data: string): Promise<number> => {
  const { events, findings } = Audit.parse(await sayJson(['verify'], { data }))
  expect(findings).toEqual([])
  return events
}

describe('on a running engine', () => {
  let engine: Engine
  let officer: Ask
  let log: EventStore
  beforeAll(async () => {
    engine = await startEngine({ data: await copyOfPreparedStore() })
    officer = askWith(engine.url, await tokenFor(engine.data, 'officer'))
    const opened = await openSqliteEventStore({ path: join(engine.data, 'log.sqlite'), readOnly: true })()
    if (E.isLeft(opened)) throw new Error(opened.left.message)
    log = opened.right
  }, 300_000)
  afterAll(() => log.close())

  /** What was recorded behind a position, apart from the findings that the engine makes at its own pace. */
  const recordedAfter = async (position: SettledPosition): Promise<ReadonlyArray<string>> => {
    const types: string[] = []
    for await (const { events } of log.readAll(position, { pageSize: 500, follow: false })) {
      types.push(...events.filter(({ stream }) => !stream.startsWith('flag-')).map(({ type }) => type))
    }
    return types
  }

  /** The code it was refused with; the log took nothing of it. */
  const refused = async (type: string, data: object): Promise<string> => {
    const before = await log.head()
    const { code, detail = '' } = refusal(await officer.give(type, data))
    expect([type, detail.length > 20, await recordedAfter(before)]).toEqual([type, true, []])
    return code
  }
  const terms = { contributor: 'NPL', ownReference: 'NPL/bad', from: '2031-01-01', to: '2032-01-01' }
  const money = { amount: '100', currency: 'USD' }

  it('wrong units are refused: money for units, units for money, a currency that is none', async () => {
    expect(await refused('SubmitPledge', { ...terms, capability: 'INF-BN', amount: money })).toBe('wrong-unit')
    expect(await refused('SubmitPledge', { ...terms, capability: 'FUNDING', quantity: 3 })).toBe('wrong-unit')
    expect(await refused('SubmitPledge', { ...terms, capability: 'FUNDING', amount: { ...money, currency: 'US$' } })).toBe(
      'invalid-command',
    )
    expect(await refused('SubmitPledge', { ...terms, capability: 'FUNDING', amount: { ...money, amount: '-5' } })).toBe(
      'invalid-command',
    )
    expect(await refused('SubmitPledge', { ...terms, capability: 'FUNDING', amount: { ...money, amount: '1.50' } })).toBe(
      'invalid-command',
    )
  })

  it('a command on a mission that ended, a plan that was rejected, a pledge that was withdrawn', async () => {
    accepted(await officer.give('EstablishMission', { mission: 'UNBAD', name: 'Bad', hosts: [], from: '2020-01-01' }))
    accepted(await officer.give('EndMandate', { mission: 'UNBAD', on: '2021-01-01' }))
    const line = { mission: 'UNBAD', requirement: 'R', capability: 'INF-BN', quantity: 1, from: '2031-01-01', to: '2032-01-01' }
    expect(await refused('IssueRequirement', line)).toBe('outside-the-mandate')
    accepted(await officer.give('RejectPlan', { plan: 'history-2014-03', reason: 'a test' }))
    expect(await refused('ApprovePlan', { plan: 'history-2014-03' })).toBe('plan-rejected')
    const { stream } = accepted(await officer.give('SubmitPledge', { ...terms, capability: 'INF-BN', quantity: 1 }))
    const pledge = stream.slice('pledge-'.length)
    accepted(await officer.give('WithdrawPledge', { pledge, reason: 'a test' }))
    for (const type of ['AcceptPledge', 'RenewPledge']) expect(await refused(type, { pledge })).toBe('pledge-withdrawn')
    expect(await refused('AmendPledge', { pledge, quantity: 2 })).toBe('pledge-withdrawn')
  })

  it('a CSV table with a formula or a wrong column is refused as a whole; a bad row only itself', async () => {
    const header = 'contributor,ownReference,capability,quantity,from,to'
    const row = (reference: string, quantity: string) => `GHA,${reference},INF-BN,${quantity},2031-01-01,2032-01-01`
    const before = await log.head()
    const tables: ReadonlyArray<readonly [string, string]> = [
      [`${header}\n${row('GHA/1', '1')}\n${row('=1+1', '1')}\n`, 'bad.csv:3: column ownReference: a formula is not a value'],
      [`${header},colour\n${row('GHA/1', '1')},blue\n`, 'unknown column colour'],
      ['contributor,ownReference\nGHA,1\n', 'missing columns capability'],
      ['a,b\n1,2\n', 'neither a table of monthly contributions'],
      [`${header}\n${row('GHA/1', '1')}\n${row('GHA/2', '-1')}\n`, 'bad.csv:3: column quantity'],
    ]
    for (const [table, sentence] of tables) {
      const said = await say(['import', await documentIn(engine.data, 'bad.csv', table)], { data: engine.data })
      expect([said.code, said.stdout, said.stderr]).toEqual([2, '', expect.stringContaining(sentence)])
    }
    expect(await recordedAfter(before)).toEqual([])
    const mixed = `${header}\n${row('GHA/1', '1')}\nGHA,GHA/3,DRAGONS,1,2031-01-01,2032-01-01\n${row('GHA/4', '2')}\n`
    const said = await say(['import', await documentIn(engine.data, 'mixed.csv', mixed)], { data: engine.data })
    expect([said.code, said.stdout]).toEqual([3, '2 accepted, 0 unchanged, 1 refused\n'])
    expect(await recordedAfter(before)).toEqual(['PledgeSubmitted', 'PledgeSubmitted'])
  })

  it('a second process that wants to write is told who is at work, reads all the same, and disturbs nothing', async () => {
    // As if the server had not said where it is.
    const named = join(engine.data, 'server.json')
    const description = await readFile(named, 'utf8')
    await rm(named)
    const give = ['give', 'ExtendMandate', '{"mission":"UNMISS","to":"2041-01-01"}']
    const said = await say(give, { data: engine.data })
    expect([said.code, said.stderr]).toEqual([1, expect.stringContaining(`(pid ${engine.pid}) has the store`)])
    expect(await sayJson(['composition', '--mission', 'UNMIL', '--month', '2010-01'], { data: engine.data })).toMatchObject({
      mission: 'UNMIL',
    })
    await documentIn(engine.data, 'server.json', description)
    expect((await say(give, { data: engine.data })).code).toBe(0)
  })
})

describe('a file that was cut off', () => {
  afterEach(endEverything)

  const cutOff = async (file: string, bytes: number): Promise<string> => {
    const data = await copyOfPreparedStore()
    for (const suffix of ['-wal', '-shm']) await rm(join(data, `${file}${suffix}`), { force: true })
    await truncate(join(data, file), bytes)
    return data
  }
  /** Engine and command line say the same sentence, end, and leave the file as it is. */
  const everybodySays = async (data: string, file: string, sentence: string): Promise<boolean> => {
    const before = await readFile(join(data, file))
    const engine = await launchEngine({ data })
    expect(await engine.ended).toEqual({ code: 1, signal: null })
    expect(engine.stderr().trim().split('\n')).toEqual([expect.stringContaining(sentence)])
    for (const args of [['status'], ['give', 'EndMandate', '{}'], ['replay']]) {
      const said = await say(args, { data })
      expect([args, said.code, said.stdout, said.stderr]).toEqual([args, 1, '', expect.stringContaining(sentence)])
    }
    const doctor = await say(['doctor'], { data })
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/BAD .*\n +→ /)])
    return (await readFile(join(data, file))).equals(before)
  }

  it('of the log is left untouched, with the advice to restore a backup', async () => {
    const data = await cutOff('log.sqlite', 3_000_000)
    expect(await everybodySays(data, 'log.sqlite', 'restore it from a backup')).toBe(true)
  })

  it('of the read models costs nothing: it is to be removed, and the log is whole', async () => {
    const data = await cutOff('read.sqlite', 3_000_000)
    expect(await everybodySays(data, 'read.sqlite', 'Nothing is lost: stop what uses them, remove ')).toBe(true)
    expect(await eventsIn(data)).toBeGreaterThan(30_000)
  })
})

describe('a full disk', () => {
  it('is named over HTTP; nothing is half there, and the same key succeeds when there is room', async () => {
    const path = join(await emptyFolder(), 'log.sqlite')
    const serve = async (maxPages?: number) => {
      const store = await openSqliteEventStore({ path, ...(maxPages === undefined ? {} : { maxPages }) })()
      if (E.isLeft(store)) throw new Error(store.left.message)
      const { app, as } = await testServer()
      const handler = openCommandHandler({ store: store.right, clock: () => '2027-01-01T00:00:00.000Z' })
      await app.register(intakePlugin({ handler, newId: () => 'unused' }))
      const close = async (): Promise<void> => {
        await app.close()
        await store.right.close()
      }
      return { store: store.right, app, as, close }
    }
    const small = await serve(40)
    const give = async ({ app, as }: typeof small, number: number) =>
      app.inject({
        method: 'POST',
        url: '/v1/commands',
        headers: { ...(await as('officer')), 'idempotency-key': `mission-${number}` },
        payload: {
          type: 'EstablishMission',
          data: { mission: `UN${number}`, name: 'x'.repeat(190), hosts: [], from: '2027-01-01' },
        },
      })
    let taken = 0
    let reply = await give(small, taken)
    while (reply.statusCode === 200 && taken < 2_000) reply = await give(small, (taken += 1))
    expect(reply.json()).toMatchObject({ status: 503, code: 'unavailable', retryable: true })
    expect(reply.json()).toMatchObject({ detail: expect.stringContaining('The disk of the log is full: free some space first') })
    expect(await small.store.head()).toBe(taken)
    await small.close()

    const roomy = await serve()
    expect(await roomy.store.head()).toBe(taken)
    expect((await give(roomy, taken)).json()).toMatchObject({ outcome: 'accepted', position: taken + 1 })
    expect((await give(roomy, 0)).json()).toMatchObject({ outcome: 'accepted', position: 1 })
    expect(await roomy.store.head()).toBe(taken + 1)
    await roomy.close()
  })
})
