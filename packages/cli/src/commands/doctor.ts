/** `muster doctor`: what is wrong with a setup, and how to mend it. */
import { access, constants, mkdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { common, dataFolder, type Common, type Context } from '../context.ts'
import { enginesOf, exists, openLogOf, openReadModelsOf, type Engines } from '../engines.ts'
import { EXIT } from '../exit.ts'
import { distributedSet, isAlive, serverOf, type Server } from '../running.ts'

interface Diagnosis {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What to do, when it is not well. */
  readonly remedy?: string
}

const MIN_FREE_BYTES = 200 * 1024 * 1024
/** A projector that is alive is never this far behind for longer than a moment. */
const LONGEST_LAG = 10_000

export const registerDoctor = (program: Command, context: Context): void => {
  common(program.command('doctor').description('say what is wrong with this setup and how to mend it')).action(
    async (options: Common) => {
      const folder = dataFolder(context, options)
      const server = await serverOf(folder)
      const diagnoses = [
        nodeVersion(),
        await dataFolderUsable(folder),
        await diskSpace(folder),
        await secretPrivate(folder),
        ...(await storesOpen(context, options)),
        ...(await services(folder)),
        await reachable(context, server),
      ]
      const url = server._tag === 'Answering' ? server.url : null
      if (options.json) context.stdout(`${JSON.stringify({ data: folder, server: url, checks: diagnoses })}\n`)
      else {
        for (const { check, ok, detail, remedy } of diagnoses) {
          context.stdout(
            `${ok ? 'ok  ' : 'BAD '} ${check}: ${detail}\n${ok || remedy === undefined ? '' : `       → ${remedy}\n`}`,
          )
        }
      }
      if (diagnoses.some(({ ok }) => !ok)) context.exit = EXIT.failure
    },
  )
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const nodeVersion = (): Diagnosis => ({
  check: 'Node',
  ok: Number(process.versions.node.split('.')[0]) >= 24,
  detail: process.version,
  remedy: 'Start through npm (npm start, npx muster): it brings Node 24 along.',
})

const dataFolderUsable = async (folder: string): Promise<Diagnosis> => {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.R_OK | constants.W_OK)
    return { check: 'data folder', ok: true, detail: folder }
  } catch (error) {
    return {
      check: 'data folder',
      ok: false,
      detail: `${folder}: ${reasonOf(error)}`,
      remedy: 'Set MUSTER_DATA to a folder you may write to.',
    }
  }
}

const diskSpace = async (folder: string): Promise<Diagnosis> => {
  try {
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    return {
      check: 'disk',
      ok: free >= MIN_FREE_BYTES,
      detail: `${Math.floor(free / 1024 / 1024)} MiB free`,
      remedy: 'Free some space: on a full disk commands are refused, though nothing is lost.',
    }
  } catch {
    return { check: 'disk', ok: false, detail: 'free space unknown', remedy: 'See whether the data folder is on a mounted disk.' }
  }
}

const secretPrivate = async (folder: string): Promise<Diagnosis> => {
  const path = join(folder, 'token.secret')
  try {
    const { mode } = await stat(path)
    const isPrivate = (mode & 0o077) === 0
    return {
      check: 'token secret',
      ok: isPrivate,
      detail: isPrivate ? 'readable by its owner alone' : 'readable by others',
      remedy: `chmod 600 ${path}`,
    }
  } catch {
    return { check: 'token secret', ok: true, detail: 'will be made on first use' }
  }
}

const storesOpen = async (context: Context, options: Common): Promise<ReadonlyArray<Diagnosis>> => {
  const engines = await enginesOf(context, options)
  if (E.isLeft(engines)) {
    const remedy = 'Correct or unset it; without it the stores embedded in the data folder are read.'
    return [{ check: 'settings', ok: false, detail: engines.left, remedy }]
  }
  const { MUSTER_DATA, EVENTSTORE_URL } = engines.right
  if (EVENTSTORE_URL === undefined && !(await exists(join(MUSTER_DATA, 'log.sqlite'))))
    return [{ check: 'log', ok: true, detail: 'will be made by npm start' }]
  const log = await openLogOf(context, engines.right)
  if (E.isLeft(log)) return [{ check: 'log', ok: false, detail: 'does not open', remedy: log.left }]
  try {
    const head = await log.right.head()
    return [
      { check: 'log', ok: true, detail: `opens; head at position ${head}` },
      await readModelsFollow(context, engines.right, head),
    ]
  } catch (error) {
    return [{ check: 'log', ok: false, detail: reasonOf(error), remedy: 'See whether what holds the log runs.' }]
  } finally {
    await log.right.close()
  }
}

const readModelsFollow = async (context: Context, engines: Engines, head: number): Promise<Diagnosis> => {
  const check = 'read models'
  const { MUSTER_DATA, MUSTER_POSTGRES, EVENTSTORE_URL } = engines
  try {
    const opened = await openReadModelsOf(context, engines)
    if (E.isLeft(opened)) return { check, ok: false, detail: 'do not open', remedy: opened.left }
    try {
      const position = await opened.right.position()
      const [lag, unit] =
        EVENTSTORE_URL === undefined ? [head - position, 'events'] : [(head - position) / 1_500, 'events, roughly']
      return {
        check,
        ok: lag <= LONGEST_LAG,
        detail: `open; at position ${position}, ${Math.round(Math.max(0, lag))} ${unit} behind the log`,
        remedy: 'They follow while a server or projector runs: start it, or look into its log.',
      }
    } finally {
      await opened.right.close()
    }
  } catch (error) {
    const remedy =
      MUSTER_POSTGRES === undefined
        ? `Stop the server, remove ${join(MUSTER_DATA, 'read.sqlite')}*, start again: they are made anew from the log.`
        : 'See whether PostgreSQL runs.'
    return { check, ok: false, detail: reasonOf(error), remedy }
  }
}

const services = async (folder: string): Promise<ReadonlyArray<Diagnosis>> =>
  ((await distributedSet(folder))?.services ?? []).map(({ name, pid }) => ({
    check: name,
    ok: isAlive(pid),
    detail: isAlive(pid) ? `runs as process ${pid}` : `process ${pid} is gone`,
    remedy: `It is started again while npm run start:distributed runs; see ${join(folder, 'logs', `${name}.log`)}.`,
  }))

const reachable = async (context: Context, server: Server): Promise<Diagnosis> => {
  if (server._tag === 'Answering') return { check: 'server', ok: true, detail: `running at ${server.url}` }
  if (server._tag === 'Silent') return { check: 'server', ok: false, detail: 'does not answer', remedy: server.message }
  const port = Number(context.env['MUSTER_PORT'] ?? 8080)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return { check: 'port', ok: false, detail: `MUSTER_PORT is no port`, remedy: 'Set MUSTER_PORT to a port from 1 to 65535.' }
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
  return { check: 'port', ok: free, detail: `${port} is ${free ? 'free' : 'taken'}`, remedy: 'Set MUSTER_PORT to a free port.' }
}
