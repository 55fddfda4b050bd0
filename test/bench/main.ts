/**
 * `npm run bench [-- --json] [-- --only NAME]`: measures, prints, and keeps the figures of the run under docs/benchmarks. Each figure stands
 * beside a reference measured in the same run; figures of other machines or other days are not compared.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import type { Figure } from './figure.ts'
import { distributedFigures } from './distributed.ts'
import { esdbFigures } from './esdb/figures.ts'
import { httpFigures } from './http/figures.ts'
import { kafkaCommandFigures } from './kafka-commands.ts'
import { planFigures } from './plan/figures.ts'
import { projectionFigures } from './projection/figures.ts'
import { relayFigures } from './relay.ts'
import { storeFigures } from './store/figures.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string' } } })

/** On the disk of the checkout: what is measured is a durable write, not memory. */
const folder = join(import.meta.dirname, '../../.muster/bench')
await mkdir(folder, { recursive: true })

const SECTIONS: Readonly<Record<string, () => Promise<ReadonlyArray<Figure>>>> = {
  store: () => storeFigures({ folder }),
  projection: () => projectionFigures(),
  http: httpFigures,
  plan: planFigures,
  eventstoredb: () => esdbFigures({ events: 2_000, turns: 3 }),
  relay: () => relayFigures(),
  'kafka-commands': () => kafkaCommandFigures(),
  distributed: () => distributedFigures(),
}

const figures: Figure[] = []
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (values.only !== undefined && values.only !== name) continue
  process.stderr.write(`measuring ${name} …\n`)
  try {
    figures.push(...(await measure()))
  } catch (error) {
    // What the others measured must not be lost with it.
    process.stderr.write(
      `${name} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
    process.exitCode = 1
  }
}

const database = new Database(':memory:')
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  sqlite: String(database.prepare('select sqlite_version()').pluck().get()),
}
const date = new Date().toISOString().slice(0, 10)
if (values.only === undefined) {
  const kept = join(import.meta.dirname, '../../docs/benchmarks')
  await mkdir(kept, { recursive: true })
  await writeFile(join(kept, `${date}.json`), `${JSON.stringify({ date, machine, figures }, undefined, 2)}\n`)
  await writeFile(join(kept, `${date}.md`), page())
}
process.stdout.write(values.json ? `${JSON.stringify({ figures })}\n` : page())

function page(): string {
  const rows = figures.map(({ name, value, unit, reference, ratio, aim, met }) =>
    [
      name,
      `${shown(value)} ${unit}`,
      reference === null ? '' : `${reference.name}: ${shown(reference.value)}`,
      ratio === null ? '' : ratio.toFixed(2),
      aim === null ? '' : String(aim),
      met === null ? '' : met ? 'yes' : '**no**',
    ].join(' | '),
  )
  return [
    `# Figures of ${date}`,
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; Node ${machine.node}, SQLite ${machine.sqlite}. Reference and figure were measured in the same run.`,
    '',
    'figure | value | reference in the same run | ratio | aim | met',
    '---|---|---|---|---|---',
    ...rows,
    '',
  ].join('\n')
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
