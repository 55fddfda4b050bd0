/** The files of `data/` read without the engine: an independent reading against which its answers are held. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PolicyTerms } from '@muster/contracts/contributors'
import { CHECKOUT } from './engine.ts'

export interface Row {
  readonly month: string
  readonly mission: string
  readonly contributor: string
  readonly total: number
  readonly military: number
  readonly police: number
}

/** Cells of a line; only names of countries are quoted, and they stand before every figure. */
const cellsOf = (line: string): ReadonlyArray<string> => line.replaceAll(/"[^"]*"/g, 'quoted').split(',')

export const readCsv = (name: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [header = '', ...lines] = readFileSync(join(CHECKOUT, 'data', name), 'utf8')
    .trim()
    .split(/\r?\n/)
  const columns = header.split(',')
  return lines.map((line) => {
    const cells = cellsOf(line)
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
  })
}
export const number = (cell: string | undefined): number => Number(cell ?? '0')

export const rows = readCsv('contributions_country_mission_month_2009-2014.csv').map((row): Row => ({
  month: row['month'] ?? '',
  mission: row['mission'] ?? '',
  contributor: row['iso3'] ?? '',
  total: number(row['total']),
  military: number(row['troops']) + number(row['eom']),
  police: number(row['fpu']) + number(row['ip']),
}))
export const months = [...new Set(rows.map(({ month }) => month))].toSorted()
export const missions = [...new Set(rows.map(({ mission }) => mission))].toSorted()

/** Rounds numerator ÷ denominator half up, in whole numbers, so that no float decides a digit. */
export const rounded = (numerator: bigint, denominator: bigint, decimals: number): number => {
  const scale = 10n ** BigInt(decimals)
  return Number((2n * numerator * scale + denominator) / (2n * denominator)) / Number(scale)
}

export const expectedComposition = (of: ReadonlyArray<Row>) => {
  const quantities = new Map<string, number>()
  for (const { contributor, total } of of) quantities.set(contributor, (quantities.get(contributor) ?? 0) + total)
  const present = [...quantities].filter(([, quantity]) => quantity > 0).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const total = present.reduce((sum, [, quantity]) => sum + quantity, 0)
  const whole = BigInt(total)
  const percent = (part: number): number => rounded(100n * BigInt(part), whole, 2)
  const squares = present.reduce((sum, [, quantity]) => sum + BigInt(quantity) ** 2n, 0n)
  // Gini = Σ |x − y| over all ordered pairs ÷ (2 n² mean), written out over every pair.
  const differences = present.reduce((sum, [, x]) => sum + present.reduce((inner, [, y]) => inner + Math.abs(x - y), 0), 0)
  const top5 = present.slice(0, 5).reduce((sum, [, quantity]) => sum + quantity, 0)
  return {
    total,
    contributors: present.length,
    shares: present.map(([contributor, quantity]) => ({ contributor, quantity, percent: percent(quantity) })),
    hhi: rounded(squares, whole * whole, 5),
    gini: rounded(BigInt(differences), 2n * BigInt(present.length) * whole, 5),
    top5Percent: percent(top5),
  }
}

export const Composition = z.looseObject({
  month: z.string(),
  mission: z.string(),
  total: z.int(),
  contributors: z.int(),
  shares: z.array(z.object({ contributor: z.string(), quantity: z.int(), percent: z.number() })),
  hhi: z.number(),
  gini: z.number(),
  top5Percent: z.number(),
  asOf: z.object({ position: z.int(), time: z.string() }),
})
export const Coverage = z.object({
  items: z.array(
    z.looseObject({
      mission: z.string(),
      capability: z.string(),
      month: z.string(),
      required: z.int().nullable(),
      pledged: z.int(),
      committed: z.int(),
      deployed: z.int().nullable(),
      gap: z.int().nullable(),
    }),
  ),
})
export const Mission = z.looseObject({
  totals: z.array(z.looseObject({ month: z.string(), total: z.int() })),
  peak: z
    .object({ month: z.string(), total: z.int(), ceiling: z.int().nullable(), percentOfCeiling: z.number().nullable() })
    .nullable(),
})
export const Burden = z.looseObject({
  unit: z.string(),
  items: z.array(
    z.looseObject({
      contributor: z.string(),
      own: z.int(),
      capacity: z.int(),
      fairShare: z.number(),
      rho: z.number().nullable(),
    }),
  ),
})
export const Flags = z.object({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      mission: z.string().nullable(),
      contributor: z.string().nullable(),
      evidence: z.record(z.string(), z.unknown()),
    }),
  ),
})
export const Policy = z.object({ terms: PolicyTerms })
