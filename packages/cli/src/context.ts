/** What every command shares: where the data lies, how to speak, how to ask. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { z } from 'zod'
import { CommandAnswer, ProblemDocument } from '@muster/contracts/answers'
import type { Clock } from '@muster/kernel/time'
import { connect, type Api, type ApiAnswer } from './api.ts'
import { EXIT, exitOf, type ExitCode } from './exit.ts'

export interface Context {
  readonly stdout: (text: string) => void
  /** Progress and errors. */
  readonly stderr: (text: string) => void
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: () => Promise<string>
  /** The exit code so far; the process ends with it. */
  exit: ExitCode
}

export interface Common {
  readonly json?: boolean
  readonly asOf?: string
  readonly data?: string
}

/** Options that every command understands. */
export const common = (command: Command): Command =>
  command.option('--json', 'print the answer as JSON').option('--data <folder>', 'data folder (MUSTER_DATA, else .muster)')

/** Those of a command that asks what is or was known. */
export const asking = (command: Command): Command =>
  common(command).option('--as-of <position|time>', 'as it was known at a position of the log, at a time, or at the end of a day')

/** For options that take a count. */
export const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export const dataFolder = (context: Context, { data }: Common): string => resolve(data ?? context.env['MUSTER_DATA'] ?? '.muster')

/** Opens the API, runs, closes; what goes wrong on the way is told and becomes the exit code. */
export const withApi = async (
  context: Context,
  options: Common,
  mode: 'read' | 'write',
  run: (api: Api) => Promise<void>,
): Promise<void> => {
  const token = context.env['MUSTER_TOKEN']
  const api = await connect({
    data: dataFolder(context, options),
    mode,
    clock: context.clock,
    ...(token === undefined ? {} : { token }),
  })
  if (E.isLeft(api)) return fail(context, EXIT.failure, api.left)
  try {
    await run(api.right)
  } finally {
    await api.right.close()
  }
}

export const fail = (context: Context, code: ExitCode, message: string): void => {
  context.stderr(`${message}\n`)
  context.exit = code
}

export const query = (parameters: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

/** Prints the answer as it came (`--json`), or through `show`; a problem document is told and becomes the exit code. */
export const answer = <S extends z.ZodType>(
  context: Context,
  options: Common,
  reply: ApiAnswer,
  schema: S,
  show: (body: z.output<S>) => string,
): void => {
  if (reply.status >= 400) return problem(context, options, reply)
  const body: unknown = JSON.parse(reply.body)
  context.stdout(options.json ? `${JSON.stringify(body)}\n` : `${show(schema.parse(body))}\n`)
}

export const problem = (context: Context, options: Common, reply: ApiAnswer): void => {
  context.exit = exitOf(reply.status)
  if (options.json) context.stdout(`${reply.body}\n`)
  const parsed = ProblemDocument.safeParse(safeJson(reply.body))
  if (!parsed.success) return context.stderr(`The server answered ${reply.status}.\n`)
  const { code, title, detail, violations = [] } = parsed.data
  context.stderr(
    `${code}: ${detail ?? title}\n${violations.map(({ pointer, message }) => `  ${pointer || '/'}: ${message}\n`).join('')}`,
  )
}

const safeJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How a command is sent: options of every command that writes. */
export interface Sending {
  /** Idempotency key; a fresh one unless given. */
  readonly key?: string
  /** The revision that the sender has seen; anything else is a conflict. */
  readonly revision?: number
  /** Only say what would become of it. */
  readonly dryRun?: boolean
}

export const DRY_RUN = 'only say what would become of it; nothing is written'

export const sending = (command: Command): Command =>
  common(command)
    .option('--key <key>', 'idempotency key; the same key again gives the same answer')
    .option('--revision <number>', 'only if the record still stands at this revision', wholeNumber)
    .option('--dry-run', DRY_RUN)

/** One command to the log; what was accepted can be read when this resolves. */
export const send = async (
  api: Api,
  type: string,
  data: unknown,
  { key = randomUUID(), revision, dryRun }: Sending = {},
): Promise<ApiAnswer> => {
  const reply = await api.request({
    method: 'POST',
    path: `/v1/commands${query({ dryRun: dryRun === true ? 'true' : undefined })}`,
    body: JSON.stringify({ type, data }),
    headers: { 'idempotency-key': key, ...(revision === undefined ? {} : { 'if-match': `"r${revision}"` }) },
  })
  if (reply.status < 400 && dryRun !== true) await untilRead(api, CommandAnswer.parse(JSON.parse(reply.body)).position)
  return reply
}

/** The route waits for two seconds each time. */
const LOOKS = 15

/** The next command line knows nothing of this one's position, and must find what was written all the same. */
export const untilRead = async (api: Api, position: number): Promise<void> => {
  const path = `/v1/missions${query({ limit: 1, minPosition: position })}`
  for (let look = 0; look < LOOKS; look += 1) {
    if ((await api.request({ method: 'GET', path })).status !== 503) return
  }
}

/** JSON from an argument: the text itself, a file's content (`@file`), or standard input (`-`). */
export const jsonArgument = async (
  context: Context,
  argument: string,
  read: (path: string) => Promise<string>,
): Promise<E.Either<string, unknown>> => {
  try {
    const text = argument === '-' ? await context.stdin() : argument.startsWith('@') ? await read(argument.slice(1)) : argument
    return E.right(JSON.parse(text))
  } catch (error) {
    return E.left(`Not readable as JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
