/** `muster doctor`: what is wrong with a setup, and how to mend it. */
import { access, constants, mkdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { runningServer } from '../api.ts'
import { common, dataFolder, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'

interface Diagnosis {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** What to do, when it is not well. */
  readonly remedy?: string
}

const MIN_FREE_BYTES = 200 * 1024 * 1024

export const registerDoctor = (program: Command, context: Context): void => {
  common(program.command('doctor').description('say what is wrong with this setup and how to mend it')).action(
    async (options: Common) => {
      const folder = dataFolder(context, options)
      const server = await runningServer(folder)
      const diagnoses = [
        nodeVersion(),
        await dataFolderUsable(folder),
        await diskSpace(folder),
        await secretPrivate(folder),
        await storeOpens(folder),
        await portFree(context, server),
      ]
      if (options.json) context.stdout(`${JSON.stringify({ data: folder, server: server ?? null, checks: diagnoses })}\n`)
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
      detail: `${folder}: ${error instanceof Error ? error.message : String(error)}`,
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

const storeOpens = async (folder: string): Promise<Diagnosis> => {
  const store = await openSqliteEventStore({ path: join(folder, 'log.sqlite'), readOnly: true })()
  if (E.isLeft(store)) {
    return store.left._tag === 'Missing'
      ? { check: 'log', ok: true, detail: 'will be made by npm start' }
      : { check: 'log', ok: false, detail: store.left._tag, remedy: store.left.message }
  }
  const head = await store.right.head()
  await store.right.close()
  return { check: 'log', ok: true, detail: `opens; head at position ${head}` }
}

const portFree = async (context: Context, server: string | undefined): Promise<Diagnosis> => {
  if (server !== undefined) return { check: 'server', ok: true, detail: `running at ${server}` }
  const port = Number(context.env['MUSTER_PORT'] ?? 8080)
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
  return { check: 'port', ok: free, detail: `${port} is ${free ? 'free' : 'taken'}`, remedy: 'Set MUSTER_PORT to a free port.' }
}
