/** From measurements to figures with a reference, a ratio and an aim; a measurement that failed is a figure that is not met. */
import { z } from 'zod'
import type { HeapLimits } from './children.ts'

export interface Figure {
  readonly name: string
  readonly value: number | null
  readonly unit: string
  /** What the value is held against, measured in the same run; null where the aim is absolute. */
  readonly reference: number | null
  readonly ratio: number | null
  readonly aim: string
  readonly met: boolean
  /** Distance to the proven bound, in percent, where there is one. */
  readonly gapPercent?: number
  readonly note?: string
}

export const PlanMeasured = z.object({
  milliseconds: z.number(),
  coverageMilliseconds: z.number(),
  verifyMilliseconds: z.number(),
  rows: z.number(),
  gapPercent: z.number(),
  tiers: z.array(z.object({ tier: z.number(), value: z.string(), bound: z.string() })),
  uncovered: z.record(z.string(), z.number()),
  checkedPercent: z.number(),
  searchLimitPercent: z.number(),
  broken: z.array(z.unknown()),
  size: z.record(z.string(), z.number()),
  peakMegabytes: z.number(),
})
export type PlanMeasured = z.infer<typeof PlanMeasured>

export const ReferenceMeasured = z.object({
  milliseconds: z.number(),
  value: z.number(),
  bound: z.number(),
  gapPercent: z.number(),
  columns: z.number(),
  rows: z.number(),
  nonZeros: z.number(),
  peakMegabytes: z.number(),
})
export type ReferenceMeasured = z.infer<typeof ReferenceMeasured>

const Quantiles = z.object({ p50: z.number(), p95: z.number(), worst: z.number() })
export const ChangesMeasured = z.object({
  withdrawn: Quantiles,
  offered: Quantiles,
  keptPercent: z.number(),
  keptLeast: z.number(),
  broken: z.number(),
})
export type ChangesMeasured = z.infer<typeof ChangesMeasured>

const Balance = z.object({
  levels: z.array(z.number()),
  relaxed: z.array(z.number()),
  least: z.array(z.number()),
  withinOneUnit: z.number(),
  compared: z.number(),
  milliseconds: z.number(),
  relaxedMilliseconds: z.number(),
})
export const BalanceMeasured = z.object({ divisible: Balance, units: Balance })
export type BalanceMeasured = z.infer<typeof BalanceMeasured>

export const HistoryMeasured = z.object({
  instances: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      movable: z.boolean(),
      counts: z.string(),
      lines: z.number(),
      pledges: z.number(),
      milliseconds: z.number(),
      gapPercent: z.number(),
      accepted: z.boolean(),
    }),
  ),
})
export type HistoryMeasured = z.infer<typeof HistoryMeasured>

const rounded = (value: number, digits = 3): number => Number(value.toPrecision(digits + 1))

/** Against a reference of the same run: `aim` is the largest allowed ratio. */
const against = (
  name: string,
  value: number,
  reference: number | undefined,
  aim: { parts: number; gap?: number },
  gap: number,
): Figure => {
  const ratio = reference === undefined ? null : value / reference
  const isClose = aim.gap === undefined || gap <= aim.gap
  return {
    name,
    value: rounded(value),
    unit: 'ms',
    reference: reference === undefined ? null : rounded(reference),
    ratio: ratio === null ? null : rounded(ratio),
    aim: `≤ 1/${aim.parts} of bare HiGHS on the monolithic model${aim.gap === undefined ? '' : `, gap ≤ ${aim.gap} %`}`,
    met: ratio !== null && ratio <= 1 / aim.parts && isClose,
    gapPercent: rounded(gap),
  }
}

const atMost = (name: string, value: number, unit: string, limit: number, extra: Partial<Figure> = {}): Figure => ({
  name,
  value: rounded(value),
  unit,
  reference: limit,
  ratio: rounded(value / limit),
  aim: `≤ ${limit} ${unit}`,
  met: value <= limit,
  ...extra,
})

/** Both stages of 1× on the monthly grid, where the monolithic model can be built too. */
export const smallScaleFigures = (
  exact: PlanMeasured | undefined,
  fast: PlanMeasured | undefined,
  reference: ReferenceMeasured | undefined,
): ReadonlyArray<Figure> => {
  const base = reference?.milliseconds
  return [
    ...(reference === undefined
      ? []
      : [
          {
            ...plain('1×, bare HiGHS, monolithic textbook model', reference.milliseconds, 'ms'),
            gapPercent: rounded(reference.gapPercent),
          },
        ]),
    ...(exact === undefined
      ? []
      : [against('1×, stage 1 (coverage) proven', exact.coverageMilliseconds, base, { parts: 25, gap: 0.01 }, exact.gapPercent)]),
    ...(fast === undefined
      ? []
      : [
          {
            ...against(
              '1×, first complete plan from the own engine',
              fast.coverageMilliseconds,
              base,
              { parts: 80, gap: 0.2 },
              exact === undefined ? fast.gapPercent : belowPercent(fast, exact),
            ),
            note: `gap to the bounds that the exact plan proves; ${rounded(fast.gapPercent)} % to those it can prove itself`,
          },
        ]),
  ]
}

/** How far the tiers of one plan together lie below the bounds that another proved for the same problem. */
const belowPercent = (plan: PlanMeasured, proof: PlanMeasured): number => {
  const sum = (texts: ReadonlyArray<string>): number => texts.reduce((total, text) => total + Number(text), 0)
  const bound = sum(proof.tiers.map((tier) => tier.bound))
  return (100 * (bound - sum(plan.tiers.map((tier) => tier.value)))) / bound
}

const plain = (name: string, value: number, unit: string): Figure => ({
  name,
  value: rounded(value),
  unit,
  reference: null,
  ratio: null,
  aim: 'the reference',
  met: true,
})

const SCALE_AIMS: Readonly<Record<number, { seconds: number; gap: number; megabytes: number }>> = {
  1: { seconds: 5, gap: 0.2, megabytes: 500 },
  10: { seconds: 30, gap: 0.3, megabytes: 500 },
  100: { seconds: 90, gap: 0.7, megabytes: 1_500 },
}

export const scaleFigures = (scale: number, measured: PlanMeasured, heap: HeapLimits): ReadonlyArray<Figure> => {
  const aim = SCALE_AIMS[scale] ?? { seconds: Infinity, gap: Infinity, megabytes: Infinity }
  const gapPercent = rounded(measured.gapPercent)
  const sound = measured.broken.length === 0
  return [
    atMost(`${scale}×, all stages with reasons`, measured.milliseconds / 1_000, 's', aim.seconds, { gapPercent }),
    atMost(`${scale}×, gap to the bound`, measured.gapPercent, '%', aim.gap),
    atMost(`${scale}×, peak memory`, measured.peakMegabytes, 'MB', aim.megabytes, { note: limitsOf(heap) }),
    {
      ...plain(`${scale}×, uncovered periods with a checked certificate or price`, measured.checkedPercent, '%'),
      aim: '100 %',
      met: measured.checkedPercent === 100 && sound,
      note: `${rounded(measured.searchLimitPercent)} % of them say SEARCH_LIMIT; verifier ${rounded(measured.verifyMilliseconds / 1_000)} s${sound ? '' : ', and it found the plan broken'}`,
    },
  ]
}

const limitsOf = ({ old, semiSpace }: HeapLimits): string =>
  `resident, all threads, under --max-old-space-size=${old}${semiSpace === undefined ? '' : ` --max-semi-space-size=${semiSpace}`}`

/** The harder weights, where a person weighs as much as a unit: the same aim. */
export const heavyPersonsFigure = (scale: number, { gapPercent, milliseconds }: PlanMeasured): Figure =>
  atMost(`${scale}×, a person weighed like a unit: gap to the bound`, gapPercent, '%', SCALE_AIMS[scale]?.gap ?? 0, {
    note: `${rounded(milliseconds / 1_000)} s`,
  })

const CHANGE_AIMS: Readonly<Record<number, { withdrawn: number; offered: number }>> = {
  1: { withdrawn: 10, offered: 20 },
  10: { withdrawn: 50, offered: 100 },
}

export const changeFigures = (scale: number, measured: ChangesMeasured): ReadonlyArray<Figure> => {
  const aim = CHANGE_AIMS[scale] ?? { withdrawn: Infinity, offered: Infinity }
  return [
    atMost(`${scale}×, one pledge withdrawn, p95`, measured.withdrawn.p95, 'ms', aim.withdrawn),
    atMost(`${scale}×, one pledge offered, p95`, measured.offered.p95, 'ms', aim.offered),
    {
      ...plain(`${scale}×, tours kept on one change`, measured.keptPercent, '%'),
      aim: '≥ 95 %',
      met: measured.keptPercent >= 95 && measured.broken === 0,
      note: `least ${rounded(measured.keptLeast)} %${measured.broken === 0 ? '' : `; ${measured.broken} repairs broke a rule`}`,
    },
  ]
}

export const balanceFigures = ({ divisible, units }: BalanceMeasured): ReadonlyArray<Figure> => {
  const above = (bounds: ReadonlyArray<number>): ReadonlyArray<number> =>
    units.levels.map((level, k) => 100 * (level / (bounds[k] ?? level) - 1))
  const [top = 0] = above(units.least)
  const [topOfLp = 0, ...laterOfLp] = above(units.relaxed)
  return [
    {
      ...plain('1×, divisible leximax: levels within one unit of LP saturation', divisible.withinOneUnit, 'levels'),
      reference: divisible.compared,
      ratio: rounded(divisible.withinOneUnit / Math.max(1, divisible.compared)),
      aim: 'all',
      met: divisible.compared > 0 && divisible.withinOneUnit === divisible.compared,
      note: `own ${levelsOf(divisible.levels)}, LP ${levelsOf(divisible.relaxed)}`,
    },
    {
      ...plain('1×, unit balance (exact mode): top level above the min-max bound', top, '%'),
      reference: rounded(units.least[0] ?? 0),
      ratio: rounded((units.levels[0] ?? 0) / (units.least[0] ?? 1)),
      aim: '0 %',
      met: top <= 0.01,
      note: `bound: the least that this contributor must carry when tours are whole, by HiGHS; ${rounded(topOfLp)} % above the LP level`,
    },
    {
      ...plain('1×, unit balance (exact mode): levels 2–8 above the LP levels, worst', Math.max(0, ...laterOfLp), '%'),
      aim: '≤ 10 %',
      met: laterOfLp.every((percent) => percent <= 10),
      note: `own ${levelsOf(units.levels)}, LP ${levelsOf(units.relaxed)}, least with whole tours and those above no worse ${levelsOf(units.least)}`,
    },
  ]
}

const levelsOf = (levels: ReadonlyArray<number>): string => levels.map((level) => level.toPrecision(4)).join(' ')

export const historyFigures = ({ instances }: HistoryMeasured): ReadonlyArray<Figure> =>
  instances.map((one) => ({
    ...atMost(
      `history ${one.from}–${one.to}, ${one.movable ? 'movable between missions' : 'where they were'}, in ${one.counts}: gap to the LP bound`,
      one.gapPercent,
      '%',
      0.01,
    ),
    met: one.gapPercent <= 0.01 && one.accepted,
    note: `${one.lines} lines, ${one.pledges} pledges, ${rounded(one.milliseconds / 1_000)} s${one.accepted ? '' : ', broken by the verifier'}`,
  }))

export const failed = (name: string, why: string): Figure => ({
  name,
  value: null,
  unit: '',
  reference: null,
  ratio: null,
  aim: 'measured',
  met: false,
  note: why,
})
