/** Reported strength and commitments as persons, by the two categories of ceilings and the four of the monthly reports. */
import { addDays, addMonths, firstDayOf, monthOf, nextMonth, type Day, type Month } from '@muster/kernel/time'
import type { CapabilityFacts, CommitmentFacts, MissionFacts, PledgeFacts, Situation, StrengthFacts } from './situation.ts'
import { sum } from './finding.ts'

export const categories = ['troops', 'experts', 'formedPolice', 'individualPolice'] as const
export type Category = (typeof categories)[number]

export const womenIn = (category: Category, rows: ReadonlyArray<StrengthFacts>): number =>
  sum(rows.map((row) => row[`${category}Women`]))
export const personsIn = (category: Category, rows: ReadonlyArray<StrengthFacts>): number =>
  womenIn(category, rows) + sum(rows.map((row) => row[`${category}Men`]))

/** Military: troops and experts on mission; police: formed and individual. */
export const personsUnder = (ceiling: 'military' | 'police', rows: ReadonlyArray<StrengthFacts>): number =>
  ceiling === 'military'
    ? personsIn('troops', rows) + personsIn('experts', rows)
    : personsIn('formedPolice', rows) + personsIn('individualPolice', rows)

export const uniformed = (rows: ReadonlyArray<StrengthFacts>): number =>
  sum(categories.map((category) => personsIn(category, rows)))

export interface Reported {
  readonly month: Month
  readonly lastDay: Day
  readonly rows: ReadonlyArray<StrengthFacts>
}

/** The month of which the latest reports are, and its rows; none where nothing was reported. */
export const latestReports = ({ strengths }: Situation): Reported | undefined => {
  const month = strengths
    .map((row) => row.month)
    .toSorted()
    .at(-1)
  return month === undefined ? undefined : reportsOf(strengths, month)
}

/** The reports of the month some months before another. */
export const reportsBefore = ({ strengths }: Situation, month: Month, months: number): Reported =>
  reportsOf(strengths, monthOf(addMonths(firstDayOf(month), -months)))

const reportsOf = (strengths: Situation['strengths'], month: Month): Reported => ({
  month,
  lastDay: addDays(firstDayOf(nextMonth(month)), -1),
  rows: strengths.filter((row) => row.month === month),
})

/** Authorised persons on a day; undefined where no resolution has said. */
export const ceilingOn = ({ ceilings }: MissionFacts, category: 'military' | 'police', day: Day): number | undefined =>
  ceilings
    .filter((step) => step.category === category && step.from <= day)
    .reduce<MissionFacts['ceilings'][number] | undefined>(
      (latest, step) => (latest && latest.from > step.from ? latest : step),
      undefined,
    )?.quantity

export const mandateRunsOn = ({ from, to }: MissionFacts, day: Day): boolean => from <= day && (to === null || day < to)

const policeCategories = new Set(['formed-police', 'individual-police'])

/** Under which ceiling the persons of a capability count; none for equipment and money. */
export const ceilingOf = ({ category, dimension }: CapabilityFacts): 'military' | 'police' | undefined =>
  dimension === 'personnel' ? (policeCategories.has(category) ? 'police' : 'military') : undefined

/** Persons in one unit: as the pledge says, else as is typical, else one. */
export const personsPerUnit = (capability: CapabilityFacts | undefined, pledge: PledgeFacts | undefined): number =>
  pledge?.terms.persons ?? capability?.typicalPersons ?? 1

/** Accepted by the contributor and not over: these count as cover. */
export const isFirm = ({ status }: CommitmentFacts): boolean =>
  status === 'accepted' || status === 'signed' || status === 'deployed' || status === 'paid'

/** Firm, or asked for and not yet answered. */
export const isActive = (commitment: CommitmentFacts): boolean => isFirm(commitment) || commitment.status === 'proposed'

/** On the register and open to be drawn from. */
export const isLive = ({ status }: PledgeFacts): boolean =>
  status === 'submitted' || status === 'acknowledged' || status === 'accepted'

/** Everyone behind a pledge: its contributor, and the other parties of a joint one. */
export const partiesOf = ({ contributor, terms: { parties = [] } }: PledgeFacts): ReadonlyArray<string> => [
  ...new Set([contributor, ...parties.map((party) => party.contributor)]),
]

/** Everyone who serves, or is to serve, under a commitment. */
export const servingUnder = (
  { contributor, pledge }: CommitmentFacts,
  pledges: ReadonlyMap<string, PledgeFacts>,
): ReadonlyArray<string> => {
  const drawnFrom = pledges.get(pledge)
  return drawnFrom === undefined ? [contributor] : [...new Set([contributor, ...partiesOf(drawnFrom)])]
}

/** Live pledges, without those whose kit another live pledge makes into a unit: the same thing is on offer once. */
export const onOffer = (pledges: ReadonlyArray<PledgeFacts>): ReadonlyArray<PledgeFacts> => {
  const live = pledges.filter(isLive)
  const madeInto = new Set(live.filter(({ currency }) => currency === null).flatMap(({ terms }) => terms.derivedFrom ?? []))
  return live.filter(({ id }) => !madeInto.has(id))
}
