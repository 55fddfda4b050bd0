/** Tables that people send: monthly contributions in the shape of the official counts, and pledges with the fields of `SubmitPledge`. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { ContributionRow, strengthLine } from './strengths.ts'
import { countOrNone, parseTable, text, textOrNone, type Numbered, type TableError } from './table.ts'

const PledgeRow = z.object({
  contributor: text,
  ownReference: text,
  capability: text,
  quantity: countOrNone.optional(),
  amount: textOrNone.optional(),
  currency: textOrNone.optional(),
  from: text,
  to: text,
  noticeDays: countOrNone.optional(),
  readiness: countOrNone.optional(),
  persons: countOrNone.optional(),
  languages: textOrNone.optional(),
  classification: textOrNone.optional(),
})

/** One line of a batch, as JSON text, and the line of the file that it comes from. */
export interface SourceLine {
  readonly line: number
  readonly text: string
}

/**
 * Batch lines. The header decides what the table is; a wrong column, a formula or a bad cell refuses the whole file with its
 * line, before anything was given.
 */
export const linesFromCsv = (file: string, content: string): E.Either<string, ReadonlyArray<SourceLine>> => {
  const header = content.slice(0, content.indexOf('\n') + 1 || content.length)
  if (header.includes('iso3') && header.includes('month')) {
    return lines(parseTable(file, content, ContributionRow), strengthLine)
  }
  if (header.includes('ownReference')) {
    return lines(parseTable(file, content, PledgeRow, { exact: true }), pledgeLine)
  }
  return E.left(
    `${file}: neither a table of monthly contributions (month, mission, iso3 …) nor of pledges (contributor, ownReference, capability …).`,
  )
}

const lines = <R>(
  parsed: E.Either<TableError, ReadonlyArray<Numbered<R>>>,
  turn: (row: R) => object,
): E.Either<string, ReadonlyArray<SourceLine>> =>
  E.isLeft(parsed)
    ? E.left(`${parsed.left.file}:${parsed.left.line}: ${parsed.left.message}; nothing of the file was given.`)
    : E.right(parsed.right.map(({ line, row }) => ({ line, text: JSON.stringify(turn(row)) })))

const pledgeLine = ({ amount, currency, languages, ...row }: z.output<typeof PledgeRow>) => {
  const data = {
    ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)),
    ...(amount === undefined ? {} : { amount: { amount, currency: currency ?? 'USD' } }),
    ...(languages === undefined ? {} : { languages: languages.split(/[ ;]+/) }),
  }
  const id = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32)
  return { id: `import:${id}`, type: 'SubmitPledge', data }
}
