/**
 * What counts as burden, by contributor:
 *
 * - personnel: persons there. Where a mission reported counts by contributor for the month, those; where it reported none,
 *   the persons of deployed commitments on the day. Never both for one mission.
 * - equipment: US dollars per month, units of deployed commitments on the day × the capability's month value.
 * - funding: US cents per month, the contributor's part of the budgets of the fiscal year ÷ 12 after the scale in force, and
 *   what it paid in the day's month under funding agreements. Where no budget is known the scale itself stands, in parts per
 *   million of all assessments (`unit: 'ppm'`), and payments are left out: the two cannot be added.
 *
 * A joint pledge counts once, each party with its part.
 */
import { assessedFigures } from '@muster/burden/capacity'
import type { Dimension } from '@muster/contracts/primitives'
import { monthOf, type Day, type Month } from '@muster/kernel/time'
import { converter } from '../money.ts'
import type { ReadModels } from '../read-models.ts'
import type { CapabilityRow, ScaleRow } from '../tables/ground.ts'
import type { BurdenAnswer, CommitmentView } from './answers.ts'
import type { AsOf } from './as-of.ts'
import { allCapabilities, allExchangeRates } from './ground.ts'
import { budgetsOf, fiscalYearOf } from './missions.ts'
import { partsOf, type Part } from './parties.ts'
import { personsPerUnit, presentOn } from './presence.ts'
import { strengthsOf } from './strengths.ts'

export interface Carried {
  readonly own: ReadonlyMap<string, bigint>
  readonly unit: BurdenAnswer['unit']
}
export type Deployed = CommitmentView & { readonly persons: number | null }

export interface CarriedQuestion extends AsOf {
  /** Month of the counts. */
  readonly month: Month
  /** Day on which commitments and money are looked at. */
  readonly day: Day
  /** In order of their periods. */
  readonly scales: ReadonlyArray<ScaleRow>
  readonly deployed: ReadonlyArray<Deployed>
  readonly parties: ReadonlyMap<string, ReadonlyArray<Part>>
}

class Sums extends Map<string, bigint> {
  add(contributor: string, value: bigint): void {
    this.set(contributor, (this.get(contributor) ?? 0n) + value)
  }
}

/** The scale in force on a day, else the nearest one before, else the first. */
export const scaleOn = (scales: ReadonlyArray<ScaleRow>, day: Day): ScaleRow | undefined =>
  scales.findLast(({ from }) => from <= day) ?? scales[0]

const addShared = (sums: Sums, { contributor, pledge }: Deployed, value: bigint, { parties }: CarriedQuestion): void => {
  for (const share of partsOf(value, contributor, parties.get(pledge))) sums.add(share.contributor, share.value)
}

type Catalogue = ReadonlyMap<string, CapabilityRow>

const personnel = async (readModels: ReadModels, question: CarriedQuestion, catalogue: Catalogue): Promise<Carried> => {
  const { asOf, month, day, deployed } = question
  const own = new Sums()
  const reported = await strengthsOf(readModels, { asOf, filter: { first: month, last: month } })
  for (const { contributor, total } of reported) own.add(contributor, BigInt(total))
  const counted = new Set(reported.map(({ mission }) => mission))
  for (const commitment of deployed) {
    const capability = catalogue.get(commitment.capability)
    if (counted.has(commitment.mission) || capability?.dimension !== 'personnel') continue
    const persons = presentOn(commitment, day) * personsPerUnit(commitment.persons, capability)
    addShared(own, commitment, BigInt(persons), question)
  }
  return { own, unit: 'persons' }
}

const equipment = (question: CarriedQuestion, catalogue: Catalogue): Carried => {
  const own = new Sums()
  for (const commitment of question.deployed) {
    const capability = catalogue.get(commitment.capability)
    if (capability?.dimension !== 'equipment') continue
    // A catalogue that gives no value lets every unit weigh the same.
    const value = BigInt(presentOn(commitment, question.day)) * BigInt(capability.monthValueUsd ?? 1)
    addShared(own, commitment, value, question)
  }
  return { own, unit: 'usd-per-month' }
}

const funding = async (readModels: ReadModels, question: CarriedQuestion): Promise<Carried> => {
  const { asOf, day, scales, deployed } = question
  const own = new Sums()
  const toCents = converter(await allExchangeRates(readModels, { asOf }))
  const year = fiscalYearOf(monthOf(day))
  const budgets = (await budgetsOf(readModels, { asOf })).filter(({ fiscalYear }) => fiscalYear === year)
  const yearly = budgets.reduce(
    (sum, { budget }) => sum + (budget === null ? 0n : (toCents(BigInt(budget.amount), budget.currency, day) ?? 0n)),
    0n,
  )
  const scale = scaleOn(scales, day)
  const assessed = scale === undefined ? [] : assessedFigures({ from: scale.from, rates: [...scale.rates] })
  for (const { contributor, figure } of assessed) {
    const ppm = BigInt(figure.value)
    own.add(contributor, yearly === 0n ? ppm : (yearly * ppm) / 12_000_000n)
  }
  if (yearly === 0n) return { own, unit: 'ppm' }
  for (const commitment of deployed) {
    for (const { amount, on } of commitment.payments) {
      if (monthOf(on) !== monthOf(day)) continue
      addShared(own, commitment, toCents(BigInt(amount.amount), amount.currency, on) ?? 0n, question)
    }
  }
  return { own, unit: 'cents-per-month' }
}

export const carriedIn = async (readModels: ReadModels, dimension: Dimension, question: CarriedQuestion): Promise<Carried> => {
  if (dimension === 'funding') return funding(readModels, question)
  const catalogue = new Map((await allCapabilities(readModels, question)).map((row) => [row.id, row]))
  return dimension === 'personnel' ? personnel(readModels, question, catalogue) : equipment(question, catalogue)
}
