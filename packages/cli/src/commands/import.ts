/** `muster import FILE`: commands as NDJSON, pledges as CSV, or monthly contributions as CSV; row by row, nothing half applied. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { BatchAnswer } from '@muster/contracts/answers'
import { linesFromCsv, type SourceLine } from '@muster/reference-data/import'
import type { Api } from '../api.ts'
import { common, DRY_RUN, fail, query, untilRead, withApi, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'

const PER_REQUEST = 2_000

export const registerImport = (program: Command, context: Context): void => {
  common(
    program
      .command('import <file>')
      .description(
        'give the commands of a file: .ndjson (a command per line), .csv of pledges or of monthly contributions; - is NDJSON from standard input',
      )
      .option('--dry-run', `${DRY_RUN}; each line is looked at by itself, as if none of the others were there`),
  ).action((file: string, options: Common & { dryRun?: boolean }) =>
    withApi(context, options, 'write', async (api) => {
      const text = await contentOf(context, file)
      if (E.isLeft(text)) return fail(context, EXIT.usage, text.left)
      const lines = file.endsWith('.csv') ? linesFromCsv(basename(file), text.right) : linesFromNdjson(text.right)
      if (E.isLeft(lines)) return fail(context, EXIT.usage, lines.left)
      report(context, options, await sendAll(context, api, lines.right, options.dryRun === true))
    }),
  )
}

const contentOf = async (context: Context, file: string): Promise<E.Either<string, string>> => {
  try {
    return E.right(file === '-' ? await context.stdin() : await readFile(file, 'utf8'))
  } catch (error) {
    return E.left(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

interface Tally {
  readonly accepted: number
  readonly unchanged: number
  readonly refused: ReadonlyArray<BatchAnswer & { readonly line: number }>
}

const report = (context: Context, options: Common & { dryRun?: boolean }, { accepted, unchanged, refused }: Tally): void => {
  const note = options.dryRun === true ? ' (dry run: nothing was written)' : ''
  if (options.json) context.stdout(`${JSON.stringify({ accepted, unchanged, refused: refused.length, refusals: refused })}\n`)
  else context.stdout(`${accepted} accepted, ${unchanged} unchanged, ${refused.length} refused${note}\n`)
  for (const { line, code, detail, violations = [] } of refused.slice(0, 20)) {
    context.stderr(
      `line ${line}: ${code ?? 'refused'} ${detail ?? ''} ${violations.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ')}\n`,
    )
  }
  if (refused.length > 20) context.stderr(`… and ${refused.length - 20} more; --json shows all of them\n`)
  if (refused.length > 0) context.exit = EXIT.refused
}

const sendAll = async (context: Context, api: Api, lines: ReadonlyArray<SourceLine>, dryRun: boolean): Promise<Tally> => {
  const answers: BatchAnswer[] = []
  for (let start = 0; start < lines.length; start += PER_REQUEST) {
    const body = lines
      .slice(start, start + PER_REQUEST)
      .map(({ text }) => `${text}\n`)
      .join('')
    const reply = await api.request({
      method: 'POST',
      path: `/v1/commands/batch${query({ dryRun: dryRun ? 'true' : undefined })}`,
      body,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    if (reply.status >= 400) throw new Error(`The batch was not taken (${reply.status}): ${reply.body}`)
    answers.push(
      ...reply.body
        .trim()
        .split('\n')
        .map((line) => BatchAnswer.parse(JSON.parse(line))),
    )
    if (lines.length > PER_REQUEST) context.stderr(`\r${Math.min(start + PER_REQUEST, lines.length)} of ${lines.length}`)
  }
  if (lines.length > PER_REQUEST) context.stderr('\n')
  if (!dryRun) await untilRead(api, Math.max(0, ...answers.slice(-PER_REQUEST).map(({ position }) => position ?? 0)))
  return {
    accepted: answers.filter(({ outcome }) => outcome === 'accepted').length,
    unchanged: answers.filter(({ outcome }) => outcome === 'unchanged').length,
    refused: answers.flatMap((answer, index) =>
      answer.outcome === 'refused' ? [{ line: lines[index]?.line ?? 0, ...answer }] : [],
    ),
  }
}

/** Lines without an id get one from their content, so that the same file twice changes nothing the second time. */
const linesFromNdjson = (text: string): E.Either<string, ReadonlyArray<SourceLine>> => {
  const lines: SourceLine[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue
    try {
      const value: unknown = JSON.parse(raw)
      const id = `import:${createHash('sha256').update(raw.trim()).digest('hex').slice(0, 32)}`
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return E.left(`Line ${index + 1} is not a command; nothing of the file was given.`)
      lines.push({ line: index + 1, text: JSON.stringify('id' in value ? value : { id, ...value }) })
    } catch {
      return E.left(`Line ${index + 1} is not JSON; nothing of the file was given.`)
    }
  }
  return E.right(lines)
}
