/**
 * `npm run start:distributed`: every service as a process of its own, on real Kafka and PostgreSQL, and on EventStoreDB where one is
 * named. For trying the distributed form on one machine; docker-compose.yml is the same set in containers.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { settingsFrom } from '@muster/http/environment'
import { openTokens } from '@muster/http/tokens'
import { anyBrokerSettings, anyLogSettings, anyReadModelSettings, processSettings } from '@muster/runtime/settings'
import { summaryOf } from '../../services/all-in-one/src/summary.ts'
import { askingAt, prepare, type Target } from './prepare.ts'
import { startSet } from './set.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const Environment = z.object({ ...processSettings(8080), ...anyLogSettings, ...anyReadModelSettings, ...anyBrokerSettings })
type Settings = z.output<typeof Environment>

const say = (text: string): void => void process.stderr.write(text)
const clock = (): string => new Date().toISOString()

const settings = settingsFrom(Environment, process.env)
if (E.isLeft(settings)) {
  say(`${settings.left}\n`)
  process.exitCode = 1
} else {
  await start(settings.right)
}

async function start(chosen: Settings): Promise<void> {
  const data = resolve(chosen.MUSTER_DATA)
  await mkdir(data, { recursive: true })
  const files = { set: join(data, 'distributed.json'), server: join(data, 'server.json') }
  // From the first moment, so that no command line takes the folder for that of an embedded log.
  await replace(files.server, { url: `http://127.0.0.1:${chosen.MUSTER_PORT}`, pid: process.pid })
  const stopping = new AbortController()
  const { signal } = stopping
  let started = false
  let announcing = Promise.resolve()

  const describe = async (): Promise<void> => {
    if (started && !signal.aborted) await replace(files.set, (await starting).description())
  }
  /** One after the other: two services may be started again at the same moment. */
  const announce = (): Promise<void> => (announcing = announcing.then(describe))
  const starting = startSet({ ...chosen, MUSTER_DATA: data }, { root: ROOT, say, signal, onChange: () => void announce() })
  const end = async (code: number): Promise<void> => {
    if (signal.aborted) return
    stopping.abort()
    await announcing
    await Promise.all([rm(files.set, { force: true }), rm(files.server, { force: true })])
    // A start that is under way ends itself when it sees the signal.
    await starting.then(
      (set) => set.stop(),
      () => undefined,
    )
    process.exit(code)
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void end(0))

  try {
    const { url, engines, logs } = await starting
    started = true
    await announce()
    const target = await officerAt(url, data)
    await prepare(target, join(ROOT, 'data'))
    process.stdout.write(
      `${await summaryOf(askingAt(target), url)}${engines.remark}\nWho runs where: ${files.set}; logs: ${logs}\n`,
    )
    process.stdout.write(`Muster is ready at ${url}\n`)
  } catch (error) {
    if (!signal.aborted) say(`${error instanceof Error ? error.message : String(error)}\n`)
    await end(1)
  }
}

async function officerAt(url: string, data: string): Promise<Target> {
  const tokens = await openTokens(data, clock)
  return {
    url,
    say,
    token: async () => {
      const token = await tokens.issue({ role: 'officer', ttlSeconds: 3_600 })
      if (E.isLeft(token)) throw new Error(`No local token could be issued: ${token.left._tag}`)
      return token.right
    },
  }
}

/** Whole or not at all, because others read it at any moment. */
async function replace(path: string, content: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`
  // It names the database with its password, which is for those alone who hold the token secret beside it.
  await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 })
  await rename(draft, path)
}
