/** Intake and read API as processes of their own: they say when they are ready, what is wrong, and end cleanly when asked. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTokens } from '@muster/http/tokens'

const root = resolve(import.meta.dirname, '../..')
let data = ''
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'muster-services-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

const freePort = async (): Promise<number> => {
  const probe = createServer()
  await new Promise<void>((done) => {
    probe.listen(0, '127.0.0.1', done)
  })
  const address = probe.address()
  await new Promise((done) => {
    probe.close(done)
  })
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Started {
  readonly child: ChildProcess
  /** Address of the ready line, or undefined when the process ended instead. */
  readonly address: string | undefined
  readonly said: () => string
}

const start = async (service: 'intake' | 'query', settings: Record<string, string> = {}): Promise<Started> => {
  const child = spawn(process.execPath, [`services/${service}/src/main.ts`], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      MUSTER_DATA: data,
      MUSTER_LOG: 'error',
      MUSTER_PORT: String(await freePort()),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const address = await new Promise<string | undefined>((ready) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString()
      const found = /is ready at (http:\S+)/.exec(text)?.[1]
      if (found !== undefined) ready(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => ready(undefined))
  })
  return { child, address, said: () => text }
}

const stop = async ({ child }: Started): Promise<number | null> => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  return child.exitCode
}

const officer = async (): Promise<Record<string, string>> => {
  const token = await (await openTokens(data, () => new Date().toISOString())).issue({ role: 'officer' })
  if (isLeft(token)) throw new Error('no token')
  return { authorization: `Bearer ${token.right}` }
}

describe('the services as processes', () => {
  it('say what is wrong with a setting, and what to do', async () => {
    const wrong = await start('intake', { MUSTER_PORT: 'eighty', MUSTER_LOG: 'loud' })
    expect(wrong.address).toBeUndefined()
    expect(wrong.child.exitCode).toBe(1)
    expect(wrong.said()).toContain('MUSTER_PORT must be a port from 1 to 65535; it is "eighty".')
    expect(wrong.said()).toContain('MUSTER_LOG must be debug, info, warn, error or silent; it is "loud".')
  })

  it('serve commands and reads beside each other, let no second writer in, and end cleanly', async () => {
    const early = await start('query')
    expect([early.address, early.child.exitCode]).toEqual([undefined, 1])

    const intake = await start('intake')
    expect(intake.said()).toMatch(/^intake is ready at http:\/\/127\.0\.0\.1:\d+\n$/)
    const headers = await officer()
    const reply = await fetch(`${intake.address}/v1/contributors`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'k-1' },
      body: JSON.stringify({ contributor: 'NPL', kind: 'state', name: 'Nepal' }),
    })
    expect(reply.status).toBe(201)
    expect((await fetch(`${intake.address}/readyz`)).status).toBe(200)
    expect(await (await fetch(`${intake.address}/metrics`)).text()).toContain('muster_append_seconds_count')

    const second = await start('intake')
    expect([second.address, second.child.exitCode]).toEqual([undefined, 1])

    const query = await start('query')
    expect(query.address).toBeDefined()
    expect((await fetch(`${query.address}/v1/livez`)).status).toBe(200)
    expect((await fetch(`${query.address}/readyz`)).status).toBe(200)
    expect((await fetch(`${query.address}/v1/pledges`)).status).toBe(401)
    // Nobody projects in this test: the read models stand at the beginning, and say so.
    expect(await (await fetch(`${query.address}/v1/contributors`, { headers })).json()).toEqual({
      items: [],
      asOf: { position: 0, time: null },
    })

    const changes = await fetch(`${query.address}/v1/changes`, { headers })
    expect(changes.status).toBe(200)
    expect(await stop(query)).toBe(0)
    expect(await changes.text()).toContain('retry: ')
    expect(await stop(intake)).toBe(0)
  })
})
