/**
 * `npm run bench:allocation [-- --json] [--scale 1,10,100] [--seed 1] [--only plan,reference,changes,balance,history]`
 *
 * Figures go to stdout (a table, or JSON), progress to stderr; a full run also writes `docs/benchmarks/allocation-DAY.json` and
 * `.md` and the page `docs/allocation-figures.md`.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { HIGHS_VERSION } from '@muster/allocation-highs/backend'
import { ENGINE_VERSION } from '@muster/allocation/version'
import type { z } from 'zod'
import { measureInChild, type HeapLimits } from './children.ts'
import * as figuresOf from './figures.ts'
import type { Figure } from './figures.ts'
import { machine, pageOf, type Run } from './page.ts'

const SCALES = [1, 10, 100]
const PARTS = ['reference', 'plan', 'changes', 'balance', 'history']

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    scale: { type: 'string', default: SCALES.join(',') },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: PARTS.join(',') },
  },
})
const scales = values.scale.split(',').map(Number)
const seed = Number(values.seed)
const wanted = new Set(values.only.split(','))

/** What planning is given; the limits stand beside the figures. */
const HEAP: HeapLimits = { old: 450, semiSpace: 4 }
const LARGE_HEAP: HeapLimits = { old: 6_144, semiSpace: 16 }

const figures: Figure[] = []

/** Measures in a child; undefined, and a figure that says so, when that fails. */
const measured = async <S extends z.ZodType>(
  schema: S,
  args: ReadonlyArray<string>,
  heap?: HeapLimits,
): Promise<z.output<S> | undefined> => {
  process.stderr.write(`${args.join(' ')} …\n`)
  const answer = await measureInChild([...args, '--seed', String(seed)], heap)
  const parsed = answer.ok ? schema.safeParse(answer.result) : undefined
  if (parsed?.success === true) return parsed.data
  figures.push(figuresOf.failed(args.join(' '), answer.ok ? 'the measurement answered something else' : answer.why))
  return undefined
}

const smallScale = async (): Promise<void> => {
  const monthly = ['--grid', 'month']
  const reference = wanted.has('reference') ? await measured(figuresOf.ReferenceMeasured, ['reference']) : undefined
  if (wanted.has('plan')) {
    const exact = await measured(figuresOf.PlanMeasured, ['plan', ...monthly, '--mode', 'exact'])
    const fast = await measured(figuresOf.PlanMeasured, ['plan', ...monthly, '--mode', 'fast'])
    figures.push(...figuresOf.smallScaleFigures(exact, fast, reference))
  }
}

if (scales.includes(1)) await smallScale()
for (const scale of scales) {
  const at = ['--scale', String(scale)]
  if (wanted.has('plan')) {
    // At 100× the components outgrow the exact backend; the own engine is what is asked.
    const heap = scale >= 100 ? LARGE_HEAP : HEAP
    const plan = await measured(figuresOf.PlanMeasured, ['plan', ...at, '--mode', scale >= 100 ? 'fast' : 'default'], heap)
    if (plan !== undefined) figures.push(...figuresOf.scaleFigures(scale, plan, heap))
    const heavy = scale === 10 ? await measured(figuresOf.PlanMeasured, ['plan', ...at, '--person', 'unit']) : undefined
    if (heavy !== undefined) figures.push(figuresOf.heavyPersonsFigure(scale, heavy))
  }
  if (wanted.has('changes') && scale <= 10) {
    const changes = await measured(figuresOf.ChangesMeasured, ['changes', ...at])
    if (changes !== undefined) figures.push(...figuresOf.changeFigures(scale, changes))
  }
}
if (scales.includes(1) && wanted.has('balance')) {
  const balance = await measured(figuresOf.BalanceMeasured, ['balance'])
  if (balance !== undefined) figures.push(...figuresOf.balanceFigures(balance))
}
if (scales.includes(1) && wanted.has('history')) {
  const history = await measured(figuresOf.HistoryMeasured, ['history'])
  if (history !== undefined) figures.push(...figuresOf.historyFigures(history))
}

const run: Run = {
  day: new Date().toISOString().slice(0, 10),
  scales,
  seed,
  versions: { engine: ENGINE_VERSION, highs: HIGHS_VERSION },
  machine: machine(),
  figures,
}
const isFull = SCALES.every((scale) => scales.includes(scale)) && PARTS.every((part) => wanted.has(part))
const docs = new URL('../../../docs/', import.meta.url)
if (isFull) {
  await mkdir(new URL('benchmarks/', docs), { recursive: true })
  await writeFile(new URL(`benchmarks/allocation-${run.day}.json`, docs), `${JSON.stringify(run, undefined, 1)}\n`)
  await writeFile(new URL(`benchmarks/allocation-${run.day}.md`, docs), pageOf(run))
  await writeFile(new URL('allocation-figures.md', docs), pageOf(run))
}
process.stdout.write(values.json ? `${JSON.stringify({ figures })}\n` : pageOf(run))
