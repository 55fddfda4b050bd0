import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePorts } from '../../../infra/free-ports.ts'
import { connect } from './api.ts'
import { persistently, serverOf } from './running.ts'

const clock = (): string => '2027-01-01T00:00:00.000Z'
let data: string
let port = 0
let server: HttpServer | undefined

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'muster-running-'))
  ;[port = 0] = await freePorts(1)
})
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  await rm(data, { recursive: true, force: true })
})

const url = (): string => `http://127.0.0.1:${port}`
const named = (pid: number): Promise<void> => writeFile(join(data, 'server.json'), JSON.stringify({ url: url(), pid }))
const serve = async (): Promise<void> => {
  server = createServer((_request, response) => response.end('{}')).listen(port, '127.0.0.1')
  await once(server, 'listening')
}
/** Of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid

describe('a data folder', () => {
  test('without server.json has no server, nor has one whose process is gone', async () => {
    expect(await serverOf(data)).toEqual({ _tag: 'None' })
    await named(deadPid())
    expect(await serverOf(data)).toEqual({ _tag: 'None' })
  })

  test('is served by a living process that answers, also when it takes a while', async () => {
    await named(process.pid)
    const found = serverOf(data)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await serve()
    expect(await found).toEqual({ _tag: 'Answering', url: url() })
  })

  test('is left alone while its process lives and is silent: no store is opened beside it', async () => {
    await named(process.pid)
    const silent = await serverOf(data, 300)
    expect(silent).toMatchObject({ _tag: 'Silent', message: expect.stringContaining(`process ${process.pid}`) })
    for (const mode of ['read', 'write'] as const) {
      const api = await connect({ data, mode, clock, patienceMs: 300 })
      expect(E.isLeft(api) ? api.left : 'opened').toContain('lives but does not answer')
    }
    expect(await readdir(data)).toEqual(['server.json'])
  })

  test('of a distributed set that was killed is not taken for an embedded store', async () => {
    const set = { kafka: {}, services: [{ name: 'gateway', pid: process.pid }] }
    await writeFile(join(data, 'distributed.json'), JSON.stringify(set))
    const api = await connect({ data, mode: 'write', clock })
    expect(E.isLeft(api) ? api.left : 'opened').toMatch(/distributed set, of which gateway still run.*start:distributed/)
    expect(await readdir(data)).toEqual(['distributed.json'])
  })
})

describe('a request', () => {
  test('is sent again while nobody listens, and its end is told when it stays so', async () => {
    const asked = persistently(url(), async () => (await fetch(url())).status, 5_000)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await serve()
    expect(await asked).toBe(200)
    const nobody = `http://127.0.0.1:${(await freePorts(1))[0] ?? 0}`
    await expect(persistently(nobody, () => fetch(nobody), 300)).rejects.toThrow(/does not answer any more/)
  })
})
