/** The page `docs/allocation-figures.md`, written anew by every full run. */
import { cpus, totalmem } from 'node:os'
import type { Figure } from './figures.ts'

export interface Machine {
  readonly node: string
  readonly v8: string
  readonly cpu: string
  readonly cores: number
  readonly gigabytes: number
  readonly platform: string
}

export const machine = (): Machine => ({
  node: process.versions.node,
  v8: process.versions.v8,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  gigabytes: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
})

export interface Run {
  readonly day: string
  readonly scales: ReadonlyArray<number>
  readonly seed: number
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
  readonly figures: ReadonlyArray<Figure>
}

const cell = (value: number | string | null | undefined): string =>
  value === null || value === undefined ? '–' : String(value).replaceAll('|', '\\|')

const row = (figure: Figure): string =>
  `| ${[
    cell(figure.name),
    `${cell(figure.value)} ${figure.unit}`.trim(),
    cell(figure.reference),
    cell(figure.ratio),
    figure.gapPercent === undefined ? '–' : `${figure.gapPercent} %`,
    cell(figure.aim),
    figure.met ? 'yes' : '**no**',
    cell(figure.note ?? ''),
  ].join(' | ')} |`

export const pageOf = ({ day, scales, seed, versions, machine: m, figures }: Run): string =>
  [
    '# Figures of the optimiser',
    '',
    'Written by `npm run bench:allocation`; do not edit by hand. All instances are synthetic (seeded, `test/bench/allocation/synthetic.ts`) except those named',
    '*history*, which are cut from the real monthly contributions in `data/`. Ratios compare figures of one run on one machine; single figures move by ±30 %',
    'and more when the machine is busy, so read the ratios and the gaps.',
    '',
    `- Day of the run: ${day}; scales ${scales.map((scale) => `${scale}×`).join(', ')}; seed ${seed}`,
    `- ${m.cpu}, ${m.cores} cores, ${m.gigabytes} GB, ${m.platform}`,
    `- Node ${m.node} (V8 ${m.v8}), ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    '',
    '| figure | value | reference | ratio | gap | aim | met | note |',
    '|---|---|---|---|---|---|---|---|',
    ...figures.map(row),
    '',
    'How to read it: the reference of *stage 1 proven* and *first complete plan* is HiGHS (WebAssembly, its own defaults, one thread) on one textbook model of the whole',
    'problem on a monthly grid, tiers as one weighted sum, which is easier than the strict tiers the engine keeps; both are measured on that monthly instance. The other figures',
    'are measured at day resolution. *Gap* is the distance of all tiers together to the bounds stated in the plan, unless the note says which; the verifier examines every',
    'plan that is measured.',
    '',
  ].join('\n')
