/**
 * What one copy of the allocation problem is in the units of a pledge, and back: blocks of persons that serve together are
 * one copy, money is counted in US cents.
 */
import type { Assignment } from '@muster/contracts/allocation/problem'
import type { Day } from '@muster/kernel/time'
import { recordId } from '../layers.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge, type PledgeRow } from '../tables/pledges.ts'
import type { CapabilityRow } from '../tables/ground.ts'
import { heldAt, type AsOf } from './as-of.ts'
import { allCapabilities, allExchangeRates, type ExchangeRateRow } from './ground.ts'
import { personsPerUnit } from './presence.ts'

export interface Units {
  /** Units of the pledge in one copy. */
  readonly block: number
  readonly personsPerUnit: number
  /** Persons in one copy. */
  readonly persons: number
  /** US cents for a million minor units of the pledge's currency; null where it is no money, 0 where no rate is known. */
  readonly centsPerMillion: number | null
  readonly currency: string | null
}

const MILLION = 1_000_000n
/** No field of a problem may be larger; no single line needs more. */
const LARGEST = 1_000_000_000

/** Whole copies in so many units of the pledge, rounded down: nothing is offered that is not there. */
export const copiesFrom = ({ block, centsPerMillion }: Units, quantity: number): number =>
  Math.min(
    LARGEST,
    centsPerMillion === null ? Math.floor(quantity / block) : Number((BigInt(quantity) * BigInt(centsPerMillion)) / MILLION),
  )

/** Units of the pledge in so many copies, rounded down. */
const quantityFrom = ({ block, centsPerMillion }: Units, copies: number): number =>
  centsPerMillion === null
    ? copies * block
    : centsPerMillion === 0
      ? 0
      : Number((BigInt(copies) * MILLION) / BigInt(centsPerMillion))

const SAME = Number(MILLION)

const rateOn = (rates: ReadonlyArray<ExchangeRateRow>, currency: string, day: Day): number => {
  if (currency === 'USD') return SAME
  const known = rates.filter((rate) => rate.currency === currency).toSorted((a, b) => (a.on < b.on ? -1 : 1))
  return (known.findLast(({ on }) => on <= day) ?? known[0])?.centsPerMillion ?? 0
}

const unitsOfPledge = (
  { capability, currency, terms }: PledgeRow,
  catalogue: ReadonlyMap<string, CapabilityRow>,
  rates: ReadonlyArray<ExchangeRateRow>,
  day: Day,
): Units => {
  const row = catalogue.get(capability)
  const single = currency === null ? personsPerUnit(terms.persons, row) : 1
  // Units of many persons each are copies by themselves; only single persons make up blocks.
  const block = currency === null && single === 1 && terms.divisible !== true ? (terms.unitSize ?? 1) : 1
  return {
    block,
    personsPerUnit: single,
    persons: single * block,
    currency,
    centsPerMillion: currency === null ? null : rateOn(rates, currency, day),
  }
}

interface UnitsQuestion extends AsOf {
  readonly catalogue: ReadonlyMap<string, CapabilityRow>
  readonly rates: ReadonlyArray<ExchangeRateRow>
  readonly day: Day
  readonly open: ReadonlyArray<PledgeRow>
  /** Commitments, whose pledges may be closed by now. */
  readonly held: ReadonlyArray<{ readonly pledge: string }>
}

export const unitsOf = async (readModels: ReadModels, question: UnitsQuestion): Promise<ReadonlyMap<string, Units>> => {
  const { asOf, catalogue, rates, day, open, held } = question
  const units = new Map(open.map((row) => [row.id, unitsOfPledge(row, catalogue, rates, day)]))
  const missing = [...new Set(held.map((commitment) => commitment.pledge))].filter((id) => !units.has(id))
  for (let at = 0; at < missing.length; at += 500) {
    const rows = await readModels
      .db()
      .selectFrom('pledge')
      .selectAll('pledge')
      .where('pledge.key', 'in', missing.slice(at, at + 500))
      .where(heldAt('pledge', asOf))
      .execute()
    for (const stored of rows) {
      const row = rowOf(pledge, stored)
      units.set(row.id, unitsOfPledge(row, catalogue, rates, day))
    }
  }
  return units
}

/** An assignment of a plan in the words of a commitment. */
export interface ProposalTerms {
  readonly pledge: string
  readonly requirement: string
  readonly quantity: number
  /** Of a funding agreement. */
  readonly currency: string | null
}

/**
 * Turns assignments of a plan over pledges, whose problem was folded at this position and decided on this day, into terms of
 * commitments. Undefined for a pledge that is not known.
 */
export const proposalTermsAt = async (
  readModels: ReadModels,
  { asOf, decidedAt, assignments }: AsOf & { readonly decidedAt: Day; readonly assignments: ReadonlyArray<Assignment> },
): Promise<(assignment: Assignment) => ProposalTerms | undefined> => {
  const units = await unitsOf(readModels, {
    asOf,
    catalogue: new Map((await allCapabilities(readModels, { asOf })).map((row) => [row.id, row])),
    rates: await allExchangeRates(readModels, { asOf }),
    day: decidedAt,
    open: [],
    held: assignments.map(({ offer }) => ({ pledge: recordId(offer) })),
  })
  return ({ offer, requirement, quantity }) => {
    const of = units.get(recordId(offer))
    return (
      of && {
        pledge: recordId(offer),
        requirement: recordId(requirement),
        quantity: quantityFrom(of, quantity),
        currency: of.currency,
      }
    )
  }
}
