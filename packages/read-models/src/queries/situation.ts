/** The situation that flags are found in: everything known at a position, looked at on a day. */
import { assessedFigures } from '@muster/burden/capacity'
import type { Situation } from '@muster/flags/situation'
import { addMonths, firstDayOf, monthOf, type Day, type Month } from '@muster/kernel/time'
import { converter, type ToCents } from '../money.ts'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge, type PledgeRow } from '../tables/pledges.ts'
import type { CommitmentView } from './answers.ts'
import { groupBy, heldAt, type AsOf } from './as-of.ts'
import { loadsIn } from './burden.ts'
import { commitmentsAt, commitmentView } from './commitments.ts'
import { latestMonth } from './composition.ts'
import { allCapabilities, allContributors, allExchangeRates, allScales, capacityFiguresOf, policyOn } from './ground.ts'
import { allMissions, budgetsOf, ceilingsOf, consentsOf, requirementsOf } from './missions.ts'
import { explainPlan, planInForce } from './plans.ts'
import { strengthsOf } from './strengths.ts'

const allPledges = async (readModels: ReadModels, asOf: number): Promise<ReadonlyArray<PledgeRow>> =>
  (
    await readModels.db().selectFrom('pledge').selectAll('pledge').where(heldAt('pledge', asOf)).orderBy('pledge.key').execute()
  ).map((stored) => rowOf(pledge, stored))

const missionFacts = async (readModels: ReadModels, asOf: number): Promise<Situation['missions']> => {
  const ceilings = groupBy(await ceilingsOf(readModels, { asOf }), ({ mission }) => mission)
  const consents = groupBy(await consentsOf(readModels, { asOf }), ({ mission }) => mission)
  const budgets = groupBy(await budgetsOf(readModels, { asOf }), ({ mission }) => mission)
  return (await allMissions(readModels, { asOf })).map((row) => ({
    ...row,
    ceilings: ceilings.get(row.id) ?? [],
    consents: consents.get(row.id) ?? [],
    fiscalYears: budgets.get(row.id) ?? [],
  }))
}

/** The latest month that was reported by the day; with nothing reported, the day's own. */
const countedMonth = async (readModels: ReadModels, asOf: number, today: Day): Promise<Month> => {
  const latest = await latestMonth(readModels, { asOf, mission: 'ALL' })
  return latest === undefined || latest > monthOf(today) ? monthOf(today) : latest
}

/** Figures that were adopted, and those that scales of assessments give: of each what it measures and its year. */
const capacityFigures = async (readModels: ReadModels, asOf: number): Promise<Situation['capacityFigures']> => {
  const assessed = (await allScales(readModels, { asOf })).flatMap(({ from, rates }) =>
    assessedFigures({ from, rates: [...rates] }),
  )
  return [
    ...(await capacityFiguresOf(readModels, { asOf })),
    ...assessed.map(({ contributor, figure: { key, year } }) => ({ contributor, figure: key, year })),
  ]
}

/** Money of all currencies counts in US cents against a requirement; without a known rate it counts for nothing. */
const inCents = (view: CommitmentView, toCents: ToCents, today: Day): CommitmentView =>
  view.currency === null ? view : { ...view, quantity: Number(toCents(BigInt(view.quantity), view.currency, today) ?? 0n) }

/** Undefined while no policy is in force: without thresholds there is nothing to find. */
export const situationAt = async (
  readModels: ReadModels,
  { asOf, today }: AsOf & { readonly today: Day },
): Promise<Situation | undefined> => {
  const policy = await policyOn(readModels, { asOf, day: today })
  if (policy === undefined) return undefined
  const { terms } = policy
  const month = await countedMonth(readModels, asOf, today)
  const first = monthOf(addMonths(firstDayOf(month), -terms.thresholds.cliffMonths))
  const plan = await planInForce(readModels, { asOf })
  const commitments = await commitmentsAt(readModels, asOf).orderBy('commitment.key').execute()
  const toCents = converter(await allExchangeRates(readModels, { asOf }))
  const { of } = await loadsIn(readModels, { asOf, method: 'policy', month, day: today })
  return {
    today,
    terms,
    capabilities: await allCapabilities(readModels, { asOf }),
    contributors: await allContributors(readModels, { asOf }),
    capacityFigures: await capacityFigures(readModels, asOf),
    missions: await missionFacts(readModels, asOf),
    requirements: await requirementsOf(readModels, { asOf }),
    pledges: await allPledges(readModels, asOf),
    commitments: commitments.map((stored) => inCents(commitmentView(stored), toCents, today)),
    strengths: await strengthsOf(readModels, { asOf, filter: { first, last: month } }),
    loads: { personnel: of.personnel?.loads ?? [], equipment: of.equipment?.loads ?? [], funding: of.funding?.loads ?? [] },
    uncovered: plan === undefined ? [] : ((await explainPlan(readModels, { asOf, id: plan.id }))?.uncovered ?? []),
  }
}
