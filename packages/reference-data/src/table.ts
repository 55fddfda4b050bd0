/** CSV files with a header, each row checked by a schema; what is wrong is told by file, line and column, and nothing is guessed. */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'

export interface TableError {
  readonly _tag: 'TableError'
  readonly file: string
  /** 1 is the header. */
  readonly line: number
  readonly message: string
}

const tableError = (file: string, line: number, message: string): TableError => ({ _tag: 'TableError', file, line, message })

/** A cell that a spreadsheet would run as a formula; figures may be negative, so a minus before a digit is none. */
const FORMULA = /^\s*([=@]|[+-](?!\d))/

type Cells = Readonly<Record<string, string>>
const Records = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }))

/** A row and where it ends in the file, as an editor counts. */
export interface Numbered<R> {
  readonly line: number
  readonly row: R
}

/** Rows of a CSV text as the schema sees them. The header must hold the schema's columns; further columns are refused when `exact`. */
export const parseTable = <S extends z.ZodObject>(
  file: string,
  text: string,
  schema: S,
  options: { readonly exact: boolean } = { exact: false },
): E.Either<TableError, ReadonlyArray<Numbered<z.output<S>>>> => {
  let records: z.output<typeof Records>
  try {
    records = Records.parse(
      parse(text, { bom: true, info: true, relaxColumnCount: true, relaxQuotes: true, skipEmptyLines: true }),
    )
  } catch (error) {
    return E.left(tableError(file, 1, `not a CSV table: ${error instanceof Error ? error.message : String(error)}`))
  }
  const header = records[0]?.record ?? []
  const wanted = Object.keys(schema.shape)
  const missing = wanted.filter((column) => !header.includes(column) && !(schema.shape[column] instanceof z.ZodOptional))
  if (missing.length > 0)
    return E.left(tableError(file, 1, `missing column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`))
  const unknown = options.exact ? header.filter((column) => !wanted.includes(column)) : []
  if (unknown.length > 0)
    return E.left(
      tableError(file, 1, `unknown column${unknown.length > 1 ? 's' : ''} ${unknown.join(', ')}; known are ${wanted.join(', ')}`),
    )

  const rows: Array<Numbered<z.output<S>>> = []
  for (const { record: values, info } of records.slice(1)) {
    const line = info.lines
    if (values.length !== header.length)
      return E.left(tableError(file, line, `${values.length} cells under ${header.length} columns`))
    const formula = values.findIndex((value) => FORMULA.test(value))
    if (formula >= 0)
      return E.left(tableError(file, line, `column ${header[formula]}: a formula is not a value; write the value itself`))
    const row: Cells = Object.fromEntries(header.map((column, at) => [column, values[at] ?? '']))
    const parsed = schema.safeParse(row)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      return E.left(tableError(file, line, `column ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'invalid'}`))
    }
    rows.push({ line, row: parsed.data })
  }
  return E.right(rows)
}

/** The same for a file of the project's own data, where anything wrong is a broken checkout. */
export const readTable = <S extends z.ZodObject>(path: string, schema: S): ReadonlyArray<z.output<S>> => {
  const rows = parseTable(path, readFileSync(path, 'utf8'), schema)
  if (E.isLeft(rows)) throw new Error(`${rows.left.file}:${rows.left.line}: ${rows.left.message}`)
  return rows.right.map(({ row }) => row)
}

// ── Cells ────────────────────────────────────────────────────────────────────────────────────────────────────
export const text = z.string().trim().min(1, 'must not be empty')
export const textOrNone = z.string().transform((cell) => (cell.trim() === '' ? undefined : cell.trim()))
export const count = z.string().regex(/^\d+$/, 'must be a whole number, zero or more').transform(Number)
export const countOrNone = z.union(
  [z.literal('').transform(() => undefined), count],
  'must be a whole number, zero or more, or empty',
)
export const flag = z.enum(['0', '1', '']).transform((cell) => cell === '1')
/** Plain or scientific notation, rounded to a whole number; empty means not given. */
export const figureOrNone = z.union(
  [
    z.literal('').transform(() => undefined),
    z
      .string()
      .regex(/^\d+(\.\d+)?([eE]\+?\d+)?$/)
      .transform((cell) => Math.round(Number(cell))),
  ],
  'must be a number, or empty',
)
/** A per cent with up to four decimals as parts per million: 22.0000 → 220000. */
export const percentAsPpmOrNone = z.union(
  [
    z.literal('').transform(() => undefined),
    z
      .string()
      .regex(/^\d{1,3}(\.\d{1,4})?$/)
      .transform((cell) => {
        const [whole = '0', part = ''] = cell.split('.')
        return Number(whole) * 10_000 + Number(part.padEnd(4, '0'))
      }),
  ],
  'must be a per cent with at most four decimals, or empty',
)
