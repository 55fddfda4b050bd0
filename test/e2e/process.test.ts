/** The engine as a process: how it starts, what it says when it cannot, how it ends, and what is left after it was killed. */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openTokens } from '@muster/http/tokens'
import * as E from 'fp-ts/lib/Either.js'
import { accepted, askAs, askWith, refusal, type Ask } from './api.ts'
import { CHECKOUT, endEverything, launchEngine, musterJson, startEngine, tokenFor, untilSaid, type Engine } from './engine.ts'
import { copyOfPreparedStore, emptyFolder, preparedStore, type PreparedStore } from './prepared-store.ts'

let prepared: PreparedStore
beforeAll(async () => {
  prepared = await preparedStore()
}, 300_000)
afterEach(endEverything)
afterAll(endEverything)

const Composition = z.looseObject({ total: z.int() })
const totalIn = async (engine: Engine, month: string): Promise<number> =>
  Composition.parse((await (await askAs(engine, 'officer')).get(`/v1/composition?mission=ALL&month=${month}`)).body).total

describe('the first start', () => {
  it('prepares the store with progress, prints a summary and one line when it is ready, and ends well on SIGTERM', () => {
    const { url, stdout, stderr, code } = prepared.firstStart
    expect(stdout.split('\n').filter((line) => line.startsWith('Muster is ready'))).toEqual([`Muster is ready at ${url}`])
    expect(stdout.endsWith(`Muster is ready at ${url}\n`)).toBe(true)
    expect(stderr).toContain('Replaying the real history')
    for (const part of [
      'Uniformed persons in 2014-03',
      'Coverage against',
      'burden',
      'Flags raised',
      'Plan history-2014-03',
      url,
    ]) {
      expect(stdout).toContain(part)
    }
    expect(code).toBe(0)
  })

  it('leaves nothing behind but the store and its secret', async () => {
    const files = await readdir(prepared.data)
    expect(files).toEqual(expect.arrayContaining(['log.sqlite', 'read.sqlite', 'token.secret']))
    expect(files).not.toContain('server.json')
  })

  it('that was killed in the middle of loading is finished by the next one', async () => {
    const data = await emptyFolder()
    const first = await launchEngine({ data })
    await untilSaid(first, 'monthly contributions')
    expect(await first.kill('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })
    expect(first.stdout()).toBe('')
    const second = await startEngine({ data })
    expect(second.stderr()).toContain('Replaying the real history')
    expect(await totalIn(second, '2014-03')).toBe(97_811)
    expect(await totalIn(second, '2009-11')).toBeGreaterThan(0)
    const { events } = z.object({ events: z.int() }).parse(await musterJson(['verify'], { data }))
    const whole = z.object({ events: z.int() }).parse(await musterJson(['verify'], { data: prepared.data }))
    // Flags depend on the day and on when they were looked at; everything else is there once.
    expect(Math.abs(events - whole.events)).toBeLessThan(1_000)
    await second.kill('SIGTERM')
  }, 240_000)
})

/**
 * What `npm start` runs, in a folder where it finds everything installed: in the checkout itself it might install, under the feet
 * of every test that runs beside this one.
 */
const bootstrapWithEverythingInstalled = async (): Promise<string> => {
  const root = await emptyFolder()
  for (const folder of ['infra', 'node_modules/.bin']) await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  await writeFile(join(root, 'package-lock.json'), '{}')
  await writeFile(join(root, 'node_modules/.muster-lock'), createHash('sha256').update('{}').digest('hex'))
  await symlink(process.execPath, join(root, 'node_modules/.bin/node'))
  const bootstrap = join(root, 'infra/bootstrap.js')
  await copyFile(join(CHECKOUT, 'infra/bootstrap.js'), bootstrap)
  return bootstrap
}

describe('a second start', () => {
  it('replays nothing and keeps everything', async () => {
    const engine = await startEngine({ data: await copyOfPreparedStore() })
    expect(engine.stderr()).toBe('')
    expect(engine.stdout().endsWith(`Muster is ready at ${engine.url}\n`)).toBe(true)
    expect(await totalIn(engine, '2014-03')).toBe(97_811)
    expect(JSON.parse(await readFile(join(engine.data, 'server.json'), 'utf8'))).toEqual({ url: engine.url, pid: engine.pid })
    const anybody = askWith(engine.url, undefined)
    expect((await anybody.get('/readyz')).status).toBe(200)
    expect((await anybody.get('/livez')).status).toBe(200)
    expect((await anybody.get('/metrics')).text).toContain('# TYPE')
    expect((await anybody.get('/openapi.json')).body).toMatchObject({ openapi: '3.1.0' })
    expect(await engine.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  it('through npm start passes a signal on, ends open streams of changes, and ends with the engine', async () => {
    const engine = await startEngine({ data: await copyOfPreparedStore(), through: await bootstrapWithEverythingInstalled() })
    const response = await fetch(`${engine.url}/v1/changes`, {
      headers: { authorization: `Bearer ${await tokenFor(engine.data, 'officer')}` },
    })
    const stream = response.text()
    expect(await engine.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await stream).toContain('retry:')
    await expect(fetch(`${engine.url}/livez`)).rejects.toThrow('fetch failed')
    expect(await readdir(engine.data)).not.toContain('server.json')
  })
})

describe('a start that cannot be', () => {
  it('names a wrong MUSTER_PORT and what it must be', async () => {
    const started = ['http', '0', '70000', '80.5', ''].map(async (portSetting) => {
      const engine = await launchEngine({ data: await emptyFolder(), portSetting })
      expect(await engine.ended).toEqual({ code: 1, signal: null })
      expect(engine.stderr()).toMatch(/^MUSTER_PORT must be a .*; it is ".*"\.\n$/)
      expect(engine.stderr()).toContain(`it is "${portSetting}"`)
      expect(engine.stdout()).toBe('')
    })
    await Promise.all(started)
  })

  it('says so for a folder it may not use', async () => {
    const data = join(await emptyFolder(), 'file')
    await writeFile(data, 'not a folder')
    const engine = await launchEngine({ data })
    expect(await engine.ended).toEqual({ code: 1, signal: null })
    expect(engine.stderr()).toContain(data)
    expect(engine.stderr()).toContain('MUSTER_DATA')
    expect(engine.stderr().trim().split('\n')).toHaveLength(1)
  })
})

describe('beside an engine that runs', () => {
  let holder: Engine
  beforeEach(async () => {
    holder = await startEngine({ data: await copyOfPreparedStore() })
  })

  it('another one gets neither its port nor its data, and no token is good but its own', async () => {
    const onItsPort = await launchEngine({ data: await copyOfPreparedStore(), port: holder.port })
    const onItsData = await launchEngine({ data: holder.data })
    expect(await onItsPort.ended).toEqual({ code: 1, signal: null })
    expect(onItsPort.stderr()).toBe(
      `Port ${holder.port} is taken. Stop what listens there, or set MUSTER_PORT to another port.\n`,
    )
    expect(await onItsData.ended).toEqual({ code: 1, signal: null })
    expect(onItsData.stderr()).toMatch(/another process/i)
    expect(onItsData.stderr().trim().split('\n')).toHaveLength(1)
    expect(await musterJson(['verify'], { data: onItsPort.data })).toMatchObject({ findings: [] })

    accepted(await (await askAs(holder, 'officer')).give('EndMandate', { mission: 'BNUB', on: '2014-12-31' }))
    // The command line finds the server instead of opening the store.
    expect(await musterJson(['status'], { data: holder.data })).toMatchObject({ server: holder.url })

    const good = await tokenFor(holder.data, 'officer')
    const [header = '', payload = '', signature = ''] = good.split('.')
    const claims = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    const forged = Buffer.from(JSON.stringify({ ...claims, role: 'auditor' })).toString('base64url')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const elsewhere = await openTokens(await emptyFolder(), () => new Date().toISOString())
    const yesterday = await openTokens(holder.data, () => new Date(Date.now() - 86_400_000).toISOString())
    const [foreign, expired] = [
      await elsewhere.issue({ role: 'officer', ttlSeconds: 60 }),
      await yesterday.issue({ role: 'officer', ttlSeconds: 60 }),
    ]
    if (E.isLeft(foreign) || E.isLeft(expired)) throw new Error('no tokens')
    const bad = [undefined, '', 'nonsense', `${header}.${forged}.${signature}`, unsigned, foreign.right, expired.right]
    for (const token of bad) {
      for (const path of ['/v1/pledges', '/v1/changes', '/v1/composition?month=2014-03']) {
        const answer = await askWith(holder.url, token).get(path)
        expect(refusal(answer), `${token ?? 'none'} ${path}`).toMatchObject({ status: 401, code: 'unauthenticated' })
        expect(answer.headers.get('www-authenticate')).toContain('Bearer')
        expect(refusal(answer).detail).toContain('muster token')
      }
      expect(refusal(await askWith(holder.url, token).give('ApprovePlan', { plan: 'history-2014-03' })).status).toBe(401)
    }
    expect((await askWith(holder.url, good).get('/v1/pledges')).status).toBe(200)
  })
})

describe('a kill in the middle of writing', () => {
  const terms = (writer: number, number: number): object => ({
    contributor: 'NPL',
    ownReference: `NPL/kill/${writer}/${number}`,
    capability: 'INF-CO',
    quantity: 1,
    from: '2030-01-01',
    to: '2031-01-01',
  })

  /** Submits until the engine is gone, and keeps what was acknowledged: the revision by stream. */
  const writeUntilKilled = async (officer: Ask, writer: number, acknowledged: Map<string, number>): Promise<void> => {
    for (let number = 0; ; number += 1) {
      try {
        const { stream, revision } = accepted(await officer.give('SubmitPledge', terms(writer, number)))
        acknowledged.set(stream, revision)
        acknowledged.set(
          stream,
          accepted(await officer.give('AcceptPledge', { pledge: stream.slice('pledge-'.length) })).revision,
        )
      } catch {
        return
      }
    }
  }

  it('loses nothing that was acknowledged, and the read models become equal to a replay', async () => {
    const data = await copyOfPreparedStore()
    const engine = await startEngine({ data })
    const officer = await askAs(engine, 'officer')
    const acknowledged = new Map<string, number>()
    const writers = Array.from({ length: 8 }, (_, writer) => writeUntilKilled(officer, writer, acknowledged))
    while (acknowledged.size < 60) await sleep(10)
    await engine.kill('SIGKILL')
    await Promise.all(writers)

    const again = await startEngine({ data })
    const reader = await askAs(again, 'officer')
    for (const [stream, revision] of acknowledged) {
      const { status, body } = await reader.get(`/v1/pledges/${stream.slice('pledge-'.length)}`)
      expect(status).toBe(200)
      expect(z.looseObject({ revision: z.int() }).parse(body).revision).toBeGreaterThanOrEqual(revision)
    }
    expect((await again.kill('SIGTERM')).code).toBe(0)
    expect(await musterJson(['replay'], { data })).toMatchObject({ differing: 0, differences: [] })
    expect(await musterJson(['verify'], { data })).toMatchObject({ findings: [] })
  }, 240_000)

  it('of the read models alone costs nothing: they are made anew from the log', async () => {
    const data = await copyOfPreparedStore()
    for (const file of ['read.sqlite', 'read.sqlite-wal', 'read.sqlite-shm']) await rm(join(data, file), { force: true })
    const engine = await startEngine({ data })
    expect(await totalIn(engine, '2014-03')).toBe(97_811)
  }, 120_000)
})
