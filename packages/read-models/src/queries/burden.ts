/**
 * Burden by contributor and dimension in a month, against a fair share under any published method.
 *
 * What counts as burden:
 * - personnel: persons there. Where a mission reported counts by contributor for the month, those; where it reported none,
 *   the persons of deployed commitments on the month's last day. Never both for one mission.
 * - equipment: US dollars per month, units of deployed commitments on the last day × the capability's month value.
 * - funding: US cents per month, the contributor's part of the budgets of the fiscal year ÷ 12 after the scale in force, and
 *   what it paid in that month under funding agreements. Where no budget is known the scale itself stands, in parts per
 *   million of all assessments (`unit: 'ppm'`), and payments are left out: the two cannot be added.
 *
 * A joint pledge counts once, each party with its part.
 */
import { capacities, assessedFigures, type Bearer, type CapacityFigure } from '@muster/burden/capacity'
import { measures } from '@muster/burden/measures'
import { compositeBurden, relativeBurden, type Load } from '@muster/burden/relative-burden'
import type { BurdenMethod, PolicyTerms } from '@muster/contracts/contributors'
import { Dimension } from '@muster/contracts/primitives'
import { daysIn, type Day, type Month } from '@muster/kernel/time'
import { converter } from '../money.ts'
import type { ReadModels } from '../read-models.ts'
import type { ScaleRow } from '../tables.ts'
import { EVERYTHING, type Visibility } from '../visibility.ts'
import type { BurdenAnswer, CommitmentView } from './answers.ts'
import { groupBy, type AsOf } from './as-of.ts'
import { liveCommitments } from './coverage-inputs.ts'
import { allCapabilities, allCapacityFigures, allContributors, allExchangeRates, allScales, policyOn } from './ground.ts'
import { budgetsOf, fiscalYearOf } from './missions.ts'
import { partiesOf, partsOf } from './parties.ts'
import { personsPerUnit, presentOn } from './presence.ts'
import { strengthsOf } from './strengths.ts'

type Own = ReadonlyMap<string, bigint>
interface Carried {
  readonly own: Own
  readonly unit: BurdenAnswer['unit']
}
type Deployed = CommitmentView & { readonly persons: number | null }

/** Without an adopted policy every dimension is measured after the scale of assessments and weighs the same. */
const NO_POLICY: Pick<PolicyTerms, 'keys' | 'weights'> = {
  keys: { personnel: 'assessed-scale', equipment: 'assessed-scale', funding: 'assessed-scale' },
  weights: { personnel: 1, equipment: 1, funding: 1 },
}

const lastDayOf = (month: Month): Day => `${month}-${daysIn(month)}`

const adding = (sums: Map<string, bigint>, contributor: string, value: bigint): void => {
  sums.set(contributor, (sums.get(contributor) ?? 0n) + value)
}

/** The scale in force on a day, else the nearest one before, else the first. */
export const scaleOn = (scales: ReadonlyArray<ScaleRow>, day: Day): ScaleRow | undefined =>
  scales.findLast(({ from }) => from <= day) ?? scales[0]

const addShared = (sums: Map<string, bigint>, commitment: Deployed, value: bigint, parties: Parties): void => {
  for (const { contributor, value: part } of partsOf(value, commitment.contributor, parties.get(commitment.pledge))) {
    adding(sums, contributor, part)
  }
}

type Parties = ReadonlyMap<string, ReadonlyArray<{ readonly contributor: string; readonly part: number }>>

const personnel = async (readModels: ReadModels, { asOf }: AsOf, month: Month, deployed: ReadonlyArray<Deployed>, parties: Parties): Promise<Carried> => {
  const own = new Map<string, bigint>()
  const reported = await strengthsOf(readModels, { asOf, filter: { first: month, last: month } })
  for (const { contributor, total } of reported) adding(own, contributor, BigInt(total))
  const counted = new Set(reported.map(({ mission }) => mission))
  const catalogue = new Map((await allCapabilities(readModels, { asOf })).map((row) => [row.id, row]))
  for (const commitment of deployed) {
    const capability = catalogue.get(commitment.capability)
    if (counted.has(commitment.mission) || capability?.dimension !== 'personnel') continue
    const persons = presentOn(commitment, lastDayOf(month)) * personsPerUnit(commitment.persons, capability)
    addShared(own, commitment, BigInt(persons), parties)
  }
  return { own, unit: 'persons' }
}

const equipment = async (readModels: ReadModels, { asOf }: AsOf, month: Month, deployed: ReadonlyArray<Deployed>, parties: Parties): Promise<Carried> => {
  const own = new Map<string, bigint>()
  const catalogue = new Map((await allCapabilities(readModels, { asOf })).map((row) => [row.id, row]))
  for (const commitment of deployed) {
    const capability = catalogue.get(commitment.capability)
    if (capability?.dimension !== 'equipment') continue
    const units = presentOn(commitment, lastDayOf(month))
    // A catalogue that gives no value lets every unit weigh the same.
    addShared(own, commitment, BigInt(units) * BigInt(capability.monthValueUsd ?? 1), parties)
  }
  return { own, unit: 'usd-per-month' }
}

const funding = async (
  readModels: ReadModels,
  { asOf }: AsOf,
  month: Month,
  scales: ReadonlyArray<ScaleRow>,
  deployed: ReadonlyArray<Deployed>,
  parties: Parties,
): Promise<Carried> => {
  const own = new Map<string, bigint>()
  const day = lastDayOf(month)
  const toCents = converter(await allExchangeRates(readModels, { asOf }))
  const year = fiscalYearOf(month)
  const budgets = (await budgetsOf(readModels, { asOf })).filter(({ fiscalYear }) => fiscalYear === year)
  const yearly = budgets.reduce(
    (sum, { budget }) => sum + (budget === null ? 0n : (toCents(BigInt(budget.amount), budget.currency, day) ?? 0n)),
    0n,
  )
  const scale = scaleOn(scales, day)
  for (const { contributor, figure } of scale === undefined ? [] : assessedFigures({ from: scale.from, rates: [...scale.rates] })) {
    const ppm = BigInt(figure.value)
    adding(own, contributor, yearly === 0n ? ppm : (yearly * ppm) / 12_000_000n)
  }
  if (yearly === 0n) return { own, unit: 'ppm' }
  for (const commitment of deployed) {
    for (const { amount, on } of commitment.payments) {
      if (!on.startsWith(month)) continue
      addShared(own, commitment, toCents(BigInt(amount.amount), amount.currency, on) ?? 0n, parties)
    }
  }
  return { own, unit: 'cents-per-month' }
}

/** Everyone who could carry: states, and organisations that carry something themselves. */
const bearersOf = async (readModels: ReadModels, { asOf }: AsOf, scales: ReadonlyArray<ScaleRow>): Promise<ReadonlyArray<Bearer & { readonly isState: boolean }>> => {
  const figures = groupBy(await allCapacityFigures(readModels, { asOf }), ({ contributor }) => contributor)
  const assessed = groupBy(
    scales.flatMap((scale) => assessedFigures({ from: scale.from, rates: [...scale.rates] })),
    ({ contributor }) => contributor,
  )
  return (await allContributors(readModels, { asOf })).map(({ id, kind, region }) => ({
    contributor: id,
    isState: kind === 'state',
    region: region ?? undefined,
    figures: [
      ...(figures.get(id) ?? []).map(({ figure, year, value }): CapacityFigure => ({ key: figure, year, value })),
      ...(assessed.get(id) ?? []).map(({ figure }) => figure),
    ],
  }))
}

export interface BurdenQuestion extends AsOf {
  readonly dimension: Dimension | 'composite'
  readonly method: BurdenMethod
  readonly month: Month
  /** Of which commitments it is made; of all of them unless given. */
  readonly visibility?: Visibility
}

/** Loads of every dimension in a month under a method, over all states and whoever else carries something. */
export const loadsIn = async (
  readModels: ReadModels,
  { asOf, method, month, visibility = EVERYTHING }: Omit<BurdenQuestion, 'dimension'>,
) => {
  const day = lastDayOf(month)
  const policy = await policyOn(readModels, { asOf, day })
  const terms = policy?.terms ?? NO_POLICY
  const scales = await allScales(readModels, { asOf })
  const commitments = await liveCommitments(readModels, { asOf, visibility })
  const deployed = commitments.filter((each) => each.deployments.length > 0 || each.payments.length > 0)
  const parties = await partiesOf(readModels, { asOf, pledges: deployed.map(({ pledge }) => pledge) })
  const carried = {
    personnel: await personnel(readModels, { asOf }, month, deployed, parties),
    equipment: await equipment(readModels, { asOf }, month, deployed, parties),
    funding: await funding(readModels, { asOf }, month, scales, deployed, parties),
  }
  const bearers = await bearersOf(readModels, { asOf }, scales)
  const loadsOf = (dimension: Dimension): ReadonlyArray<Load> => {
    const { own } = carried[dimension]
    const present = bearers.filter(({ contributor, isState }) => isState || own.has(contributor))
    return capacities(present, { method, dimension, keys: terms.keys, year: Number(month.slice(0, 4)) }).map((each) => ({
      ...each,
      own: own.get(each.contributor) ?? 0n,
    }))
  }
  const loads = { personnel: loadsOf('personnel'), equipment: loadsOf('equipment'), funding: loadsOf('funding') }
  return { loads, carried, policy, weights: terms.weights }
}

/** Own burden, capacity, fair share and ρ of every contributor, with the measures of the whole distribution. */
export const burdenIn = async (readModels: ReadModels, question: BurdenQuestion): Promise<BurdenAnswer> => {
  const { dimension, method, month } = question
  const { loads, carried, policy, weights } = await loadsIn(readModels, question)
  const common = { dimension, method, month, policy: policy?.id ?? null }
  if (dimension !== 'composite') {
    return {
      ...common,
      unit: carried[dimension].unit,
      rows: relativeBurden(loads[dimension]).map(({ contributor, own, capacity, fairShare, rho }) => ({
        contributor,
        own: Number(own),
        capacity: Number(capacity),
        fairShare,
        rho,
      })),
      measures: measures(loads[dimension]),
    }
  }
  const rows = compositeBurden(loads, weights)
  return {
    ...common,
    unit: 'percent',
    rows: rows.map(({ contributor, ownPercent, fairPercent, rho }) => ({
      contributor,
      own: ownPercent,
      capacity: fairPercent,
      fairShare: fairPercent,
      rho,
    })),
    // Six decimals of a per cent as whole numbers: the measures look at proportions only.
    measures: measures(
      rows.map(({ contributor, ownPercent, fairPercent }) => ({
        contributor,
        own: BigInt(Math.round(ownPercent * 1e6)),
        capacity: BigInt(Math.round(fairPercent * 1e6)),
      })),
    ),
  }
}

export const dimensions: ReadonlyArray<Dimension> = Dimension.options
