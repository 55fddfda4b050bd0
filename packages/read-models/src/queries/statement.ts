/** Everything one contributor gave, owes and was asked. */
import { contributionValue } from '@muster/burden/relative-burden'
import { daysIn, monthOf, monthsBetween, type Day, type Month } from '@muster/kernel/time'
import { converter } from '../money.ts'
import type { ReadModels } from '../read-models.ts'
import type { FlagView, CommitmentView, PledgeView } from './answers.ts'
import type { Asked } from './as-of.ts'
import { scaleOn } from './carried.ts'
import { listCommitments } from './commitments.ts'
import { listFlags } from './flags.ts'
import { allCapabilities, allExchangeRates, allScales, contributorById, type ContributorDocument } from './ground.ts'
import { listPledges } from './pledges.ts'
import { partiesOf, partsOf } from './parties.ts'
import { presentOn, usedBy } from './presence.ts'
import { strengthsOf } from './strengths.ts'
import { latestMonth } from './composition.ts'

/** Lists of a statement are whole: a contributor has hundreds of records, not millions. */
const WHOLE = 10_000

export interface Statement {
  readonly contributor: ContributorDocument
  readonly day: Day
  readonly pledges: ReadonlyArray<PledgeView>
  /** Proposals that wait for its answer. */
  readonly asked: ReadonlyArray<CommitmentView>
  readonly commitments: ReadonlyArray<CommitmentView>
  /** Firm undertakings of which something has not come yet: units, or minor units of the currency. */
  readonly owes: ReadonlyArray<{
    readonly commitment: string
    readonly capability: string
    readonly outstanding: number
    readonly currency: string | null
  }>
  readonly gave: {
    /** Its people in the last month reported, by mission. */
    readonly month: Month | null
    readonly strengths: ReadonlyArray<{ readonly mission: string; readonly total: number }>
    readonly units: ReadonlyArray<{
      readonly commitment: string
      readonly mission: string
      readonly capability: string
      readonly present: number
    }>
    /** Everything it paid, in US cents at the rates of the days; what has no known rate is not in it. */
    readonly paidCents: string
    readonly reimbursedCents: string
    /**
     * What its units were worth, in US cents: units there at the end of each month × the month value of the catalogue, a joint pledge by
     * its part; what has no value there is not in it. Net of what was reimbursed for them.
     */
    readonly inKind: { readonly grossCents: string; readonly netCents: string }
  }
  /** Parts per million of the assessments, after the scale in force on the day. */
  readonly assessed: {
    readonly scale: string
    readonly regularPpm: number | null
    readonly peacekeepingPpm: number | null
  } | null
  readonly flags: ReadonlyArray<FlagView>
}

const outstanding = (commitment: CommitmentView): number => {
  const come =
    commitment.kind === 'funding'
      ? commitment.payments.reduce((sum, { amount }) => sum + Number(amount.amount), 0)
      : commitment.deployments.reduce((sum, { quantity }) => sum + quantity, 0)
  return Math.max(0, commitment.quantity - come)
}

/** Units × months of a standing capability, by the last day of each month that is over; of stock, the units used. */
const unitMonths = (commitment: CommitmentView, stock: boolean, day: Day): number => {
  const [first] = commitment.deployments.map(({ on }) => on).toSorted()
  if (first === undefined) return 0
  if (stock) return usedBy(commitment, day)
  return monthsBetween(monthOf(first), monthOf(day))
    .map((month) => `${month}-${daysIn(month)}`)
    .filter((last) => last <= day)
    .reduce((sum, last) => sum + presentOn(commitment, last), 0)
}

/** Undefined when the contributor is not known. Records that the reader may not see are not in it. */
export const statementOf = async (
  readModels: ReadModels,
  { asOf, visibility, id, day }: Asked & { readonly id: string; readonly day: Day },
): Promise<Statement | undefined> => {
  const contributor = await contributorById(readModels, { asOf, id })
  if (contributor === undefined) return undefined
  const of = { asOf, visibility, filter: { contributor: id }, limit: WHOLE }
  const { items: pledges } = await listPledges(readModels, { ...of, day })
  const { items: commitments } = await listCommitments(readModels, of)
  const { items: flags } = await listFlags(readModels, of)
  const toCents = converter(await allExchangeRates(readModels, { asOf }))
  const cents = (
    amounts: ReadonlyArray<{ readonly amount: { readonly amount: string; readonly currency: string }; readonly on: string }>,
  ): bigint => amounts.reduce((sum, { amount, on }) => sum + (toCents(BigInt(amount.amount), amount.currency, on) ?? 0n), 0n)
  const latest = await latestMonth(readModels, { asOf, mission: 'ALL' })
  const month = latest !== undefined && latest > monthOf(day) ? monthOf(day) : latest
  const strengths =
    month === undefined ? [] : await strengthsOf(readModels, { asOf, filter: { contributor: id, first: month, last: month } })
  const scale = scaleOn(await allScales(readModels, { asOf }), month === undefined ? day : `${month}-${daysIn(month)}`)
  const rate = scale?.rates.find((each) => each.contributor === id)
  const catalogue = new Map((await allCapabilities(readModels, { asOf })).map((row) => [row.id, row]))
  const units = commitments.filter(({ kind }) => kind !== 'funding')
  const parties = await partiesOf(readModels, { asOf, pledges: units.map(({ pledge }) => pledge) })
  const inKind = units.reduce(
    (sum, each) => {
      const capability = catalogue.get(each.capability)
      const { grossCents, netCents } = contributionValue({
        unitMonths: unitMonths(each, capability?.measure === 'stock', day),
        monthValueUsd: capability?.monthValueUsd ?? 0,
        reimbursedCents: cents(each.claims.flatMap(({ paid }) => paid)),
      })
      const own = (value: bigint): bigint =>
        partsOf(value, id, parties.get(each.pledge)).find(({ contributor: party }) => party === id)?.value ?? 0n
      return { gross: sum.gross + own(grossCents), net: sum.net + own(netCents) }
    },
    { gross: 0n, net: 0n },
  )
  const firm = commitments.filter(({ status }) => status === 'accepted' || status === 'signed' || status === 'deployed')
  return {
    contributor,
    day,
    pledges,
    asked: commitments.filter(({ status }) => status === 'proposed'),
    commitments,
    owes: firm
      .map((each) => ({
        commitment: each.id,
        capability: each.capability,
        outstanding: outstanding(each),
        currency: each.currency,
      }))
      .filter((each) => each.outstanding > 0),
    gave: {
      month: month ?? null,
      strengths: strengths.map(({ mission, total }) => ({ mission, total })),
      units: commitments
        .map((each) => ({
          commitment: each.id,
          mission: each.mission,
          capability: each.capability,
          present: presentOn(each, day),
        }))
        .filter(({ present }) => present > 0),
      paidCents: String(commitments.reduce((sum, { payments }) => sum + cents(payments), 0n)),
      reimbursedCents: String(commitments.reduce((sum, { claims }) => sum + cents(claims.flatMap(({ paid }) => paid)), 0n)),
      inKind: { grossCents: String(inKind.gross), netCents: String(inKind.net) },
    },
    assessed:
      scale === undefined || rate === undefined
        ? null
        : { scale: scale.id, regularPpm: rate.regularPpm ?? null, peacekeepingPpm: rate.peacekeepingPpm ?? null },
    flags,
  }
}
