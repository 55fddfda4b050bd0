/** The engine and the command line as processes of their own, as people start them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { openTokens, type TokenRole } from '@muster/http/tokens'

export const CHECKOUT = resolve(import.meta.dirname, '../..')
export const MAIN = join(CHECKOUT, 'services/all-in-one/src/main.ts')
const COMMAND = join(CHECKOUT, 'packages/cli/bin/muster.js')
/** The first start loads the real history; on a busy machine that takes a while. */
const READY_WITHIN_MS = 180_000

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Process {
  readonly pid: number
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves when the process has ended. */
  readonly ended: Promise<Ended>
  readonly kill: (signal: NodeJS.Signals) => Promise<Ended>
  readonly write: (text: string) => void
}

/** Processes that have not ended, each with the promise of its end. */
const running = new Map<ChildProcess, Promise<Ended>>()

const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const { MUSTER_DATA: _data, MUSTER_PORT: _port, MUSTER_TOKEN: _token, MUSTER_LOG: _log, ...inherited } = process.env
  return { ...inherited, ...more }
}

export interface LaunchOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

export const launch = (
  command: string,
  args: ReadonlyArray<string>,
  { env = {}, cwd = CHECKOUT }: LaunchOptions = {},
): Process => {
  const child = spawn(command, args, { cwd, env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (texts.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (texts.stderr += text))
  // A process that is gone reads nothing any more.
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close')
    .finally(() => running.delete(child))
    .then((): Ended => ({ code: child.exitCode, signal: child.signalCode }))
  running.set(child, ended)
  return {
    pid: child.pid ?? 0,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    ended,
    kill: (signal) => {
      child.kill(signal)
      return ended
    },
    write: (text) => {
      child.stdin.end(text)
    },
  }
}

const endAll = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
  for (const child of running.keys()) child.kill(signal)
  await Promise.allSettled(running.values())
}
/** Ends whatever the tests of this file started and did not end themselves. */
export const endEverything = (): Promise<void> => endAll('SIGKILL')
/** The same for those that have started others, which they must be let to end. */
export const stopEverything = (): Promise<void> => endAll('SIGTERM')

/** A port that nobody listened on a moment ago. */
export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface Engine extends Process {
  readonly url: string
  readonly port: number
  readonly data: string
}

export interface StartOptions {
  readonly data: string
  readonly port?: number
  /** What `MUSTER_PORT` says, where that is to be no port. */
  readonly portSetting?: string
  /** A script that starts it in its stead, such as a copy of `infra/bootstrap.js`. */
  readonly through?: string
}

/** A started process that may or may not become ready. */
export const launchEngine = async ({ data, port, portSetting, through }: StartOptions): Promise<Engine> => {
  const chosen = port ?? (await freePort())
  const started = launch(process.execPath, through === undefined ? [MAIN] : [through, MAIN], {
    env: { MUSTER_PORT: portSetting ?? String(chosen), MUSTER_DATA: data },
  })
  return { ...started, url: `http://127.0.0.1:${chosen}`, port: chosen, data }
}

/** An engine that has said it is ready. */
export const startEngine = async (options: StartOptions): Promise<Engine> => {
  const engine = await launchEngine(options)
  await until(() => engine.stdout().includes('Muster is ready at '), engine, READY_WITHIN_MS)
  return engine
}

const until = async (condition: () => boolean, engine: Process, patienceMs: number): Promise<void> => {
  let over: Ended | undefined
  engine.ended.then(
    (ended) => void (over = ended),
    () => undefined,
  )
  const deadline = performance.now() + patienceMs
  while (!condition()) {
    if (over !== undefined) throw new Error(`the engine ended (${over.code ?? over.signal}): ${engine.stderr()}`)
    if (performance.now() > deadline) throw new Error(`the engine is not ready: ${engine.stdout()}${engine.stderr()}`)
    await sleep(25)
  }
}

/** Waits for something that an engine writes to its standard error. */
export const untilSaid = (engine: Engine, words: string): Promise<void> =>
  until(() => engine.stderr().includes(words), engine, READY_WITHIN_MS)

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly data: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

/** `muster …` on a data folder. */
export const muster = async (args: ReadonlyArray<string>, { data, stdin = '', env = {} }: CommandOptions): Promise<Said> => {
  const command = launch(process.execPath, [COMMAND, ...args], { env: { ...env, MUSTER_DATA: data } })
  command.write(stdin)
  const { code } = await command.ended
  return { code, stdout: command.stdout(), stderr: command.stderr() }
}

/** The answer of a command with `--json` that must end well. */
export const musterJson = async (args: ReadonlyArray<string>, options: CommandOptions): Promise<unknown> => {
  const { code, stdout, stderr } = await muster([...args, '--json'], options)
  if (code !== 0) throw new Error(`muster ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}

/** The same token as `muster token` prints, without a process for it. */
export const tokenFor = async (data: string, role: TokenRole, contributor?: string, ttlSeconds = 3_600): Promise<string> => {
  const tokens = await openTokens(data, () => new Date().toISOString())
  const token = await tokens.issue({ role, ttlSeconds, ...(contributor === undefined ? {} : { contributor }) })
  if (E.isLeft(token)) throw new Error(`no token for ${role}: ${token.left._tag}`)
  return token.right
}
