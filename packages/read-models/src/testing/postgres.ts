/** A real PostgreSQL for tests: starts on a free loopback port in a temporary folder, and leaves nothing behind. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePorts } from '../../../../infra/free-ports.ts'
import { openPostgres } from '../../../../infra/postgres/postgres.ts'

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

export const startPostgres = async (): Promise<TestPostgres> => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-postgres-'))
  // The server never runs as root; where the tests do, another user must be able to enter the folder.
  await chmod(folder, 0o755)
  const [port = 0] = await freePorts(1)
  const server = await openPostgres({ folder: join(folder, 'server'), port })
  await server.start()
  const urlOf = (database: string): string => server.connectionString.replace(/postgres$/, database)
  return {
    connectionString: server.connectionString,
    database: async (name) => {
      const client = new Client({ connectionString: server.connectionString })
      await client.connect()
      await client.query(`create database "${name}"`)
      await client.end()
      return urlOf(name)
    },
    crash: () => server.kill('SIGKILL'),
    restart: server.start,
    stop: async () => {
      await server.kill('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
