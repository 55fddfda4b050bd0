/** What goes wrong around a store: each gets a sentence that says what to do, and the store afterwards holds what it held before. */
import { readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openCommandHandler } from '@muster/command-handler/handler'
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
  beforeAll(async () => {
    engine = await startEngine({ data: await copyOfPreparedStore() })
    officer = askWith(engine.url, await tokenFor(engine.data, 'officer'))
  }, 300_000)

  /** Refused with this code, without a new event. */
  const refused = async (code: string, type: string, data: object): Promise<void> => {
    const before = await eventsIn(engine.data)
    const problem = refusal(await officer.give(type, data))
    expect([type, problem.code, (problem.detail ?? '').length > 20]).toEqual([type, code, true])
    expect(await eventsIn(engine.data)).toBe(before)
  }
  const terms = { contributor: 'NPL', ownReference: 'NPL/bad', from: '2031-01-01', to: '2032-01-01' }
  const money = { amount: '100', currency: 'USD' }

  it('wrong units are refused: money for units, units for money, a currency that is none', async () => {
    await refused('wrong-unit', 'SubmitPledge', { ...terms, capability: 'INF-BN', amount: money })
    await refused('wrong-unit', 'SubmitPledge', { ...terms, capability: 'FUNDING', quantity: 3 })
    await refused('invalid-command', 'SubmitPledge', { ...terms, capability: 'FUNDING', amount: { ...money, currency: 'US$' } })
    await refused('invalid-command', 'SubmitPledge', { ...terms, capability: 'FUNDING', amount: { ...money, amount: '-5' } })
    await refused('invalid-command', 'SubmitPledge', { ...terms, capability: 'FUNDING', amount: { ...money, amount: '1.50' } })
  })

  it('a command on a mission that ended, a plan that was rejected, a pledge that was withdrawn', async () => {
    accepted(await officer.give('EstablishMission', { mission: 'UNBAD', name: 'Bad', hosts: [], from: '2020-01-01' }))
    accepted(await officer.give('EndMandate', { mission: 'UNBAD', on: '2021-01-01' }))
    const line = { mission: 'UNBAD', requirement: 'R', capability: 'INF-BN', quantity: 1, from: '2031-01-01', to: '2032-01-01' }
    await refused('outside-the-mandate', 'IssueRequirement', line)
    accepted(await officer.give('RejectPlan', { plan: 'history-2014-03', reason: 'a test' }))
    await refused('plan-rejected', 'ApprovePlan', { plan: 'history-2014-03' })
    const { stream } = accepted(await officer.give('SubmitPledge', { ...terms, capability: 'INF-BN', quantity: 1 }))
    const pledge = stream.slice('pledge-'.length)
    accepted(await officer.give('WithdrawPledge', { pledge, reason: 'a test' }))
    for (const type of ['AcceptPledge', 'RenewPledge']) await refused('pledge-withdrawn', type, { pledge })
    await refused('pledge-withdrawn', 'AmendPledge', { pledge, quantity: 2 })
  })

  it('a CSV table with a formula or a wrong column is refused as a whole; a bad row only itself', async () => {
    const header = 'contributor,ownReference,capability,quantity,from,to'
    const row = (reference: string, quantity: string) => `GHA,${reference},INF-BN,${quantity},2031-01-01,2032-01-01`
    const before = await eventsIn(engine.data)
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
    expect(await eventsIn(engine.data)).toBe(before)
    const mixed = `${header}\n${row('GHA/1', '1')}\nGHA,GHA/3,DRAGONS,1,2031-01-01,2032-01-01\n${row('GHA/4', '2')}\n`
    const said = await say(['import', await documentIn(engine.data, 'mixed.csv', mixed)], { data: engine.data })
    expect([said.code, said.stdout]).toEqual([3, '2 accepted, 0 unchanged, 1 refused\n'])
    expect(await eventsIn(engine.data)).toBe(before + 2)
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
  const everybodySays = async (data: string, file: string, sentence: string): Promise<void> => {
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
    expect((await readFile(join(data, file))).equals(before)).toBe(true)
  }

  it('of the log is left untouched, with the advice to restore a backup', async () => {
    for (const bytes of [50, 3_000_000]) {
      await everybodySays(await cutOff('log.sqlite', bytes), 'log.sqlite', 'restore it from a backup')
    }
  })

  it('of the read models costs nothing: remove it and start again', async () => {
    const data = await cutOff('read.sqlite', 3_000_000)
    await everybodySays(data, 'read.sqlite', 'Nothing is lost: stop what uses them, remove ')
    const events = await eventsIn(data)
    await rm(join(data, 'read.sqlite'))
    await startEngine({ data })
    expect(await sayJson(['composition', '--month', '2014-03'], { data })).toMatchObject({ total: 97_811 })
    expect(await eventsIn(data)).toBe(events)
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
