/** What a mission may not exceed or outlive: its ceiling, its mandate, its cash; and the targets it is to meet. */
import { addDays, dayNumber, type Day } from '@muster/kernel/time'
import { steps } from './cover.ts'
import { byText, countText, finding, grouped, listText, numberText, percentText, type Finding } from './finding.ts'
import {
  categories,
  ceilingOf,
  ceilingOn,
  isActive,
  isFirm,
  latestReports,
  personsIn,
  personsPerUnit,
  personsUnder,
  womenIn,
  type Category,
} from './persons.ts'
import type { FiscalYearFacts, MissionFacts, Situation, StrengthFacts } from './situation.ts'

// ── Ceiling ──────────────────────────────────────────────────────────────────────────────────────────────────
const ceilingCategories = ['military', 'police'] as const

export const aboveCeiling = (situation: Situation): ReadonlyArray<Finding> =>
  situation.missions.flatMap((mission) =>
    ceilingCategories.flatMap((category) => [
      ...reportedAbove(mission, category, situation),
      ...committedAbove(mission, category, situation),
    ]),
  )

const reportedAbove = (mission: MissionFacts, category: 'military' | 'police', situation: Situation): ReadonlyArray<Finding> => {
  const reported = latestReports(situation)
  const ceiling = reported && ceilingOn(mission, category, reported.lastDay)
  if (reported === undefined || ceiling === undefined) return []
  const persons = personsUnder(
    category,
    reported.rows.filter((row) => row.mission === mission.id),
  )
  if (persons <= ceiling) return []
  return [
    finding('above-ceiling', [mission.id, category], {
      severity: 'warning',
      subject: { mission: mission.id },
      evidence: { category, month: reported.month, reported: persons, ceiling },
      text: `${mission.id} reported ${numberText(persons)} ${category} persons in ${reported.month}, above its ceiling of ${numberText(ceiling)}.`,
    }),
  ]
}

const committedAbove = (mission: MissionFacts, category: 'military' | 'police', situation: Situation): ReadonlyArray<Finding> => {
  const capabilities = new Map(situation.capabilities.map((capability) => [capability.id, capability]))
  const pledges = new Map(situation.pledges.map((pledge) => [pledge.id, pledge]))
  const amounts = situation.commitments
    .filter((commitment) => commitment.mission === mission.id && isFirm(commitment) && commitment.to > situation.today)
    .flatMap(({ from, to, quantity, capability, pledge }) => {
      const facts = capabilities.get(capability)
      return facts !== undefined && ceilingOf(facts) === category
        ? [{ from, to, quantity: quantity * personsPerUnit(facts, pledges.get(pledge)) }]
        : []
    })
  const end = amounts
    .map(({ to }) => to)
    .toSorted(byText)
    .at(-1)
  if (end === undefined) return []
  // Where the ceiling steps down while the commitments stay, the day of that step counts too.
  const worst = steps({ from: situation.today, to: end }, amounts)
    .flatMap(({ from, to, quantity }) => {
      const lowered = mission.ceilings.map((step) => step.from).filter((day) => from < day && day < to)
      return [from, ...lowered.toSorted(byText)].map((day) => ({
        day,
        ceiling: ceilingOn(mission, category, day) ?? Infinity,
        committed: quantity,
      }))
    })
    .find(({ committed, ceiling }) => committed > ceiling)
  if (worst === undefined) return []
  return [
    finding('above-ceiling', [mission.id, category, 'committed'], {
      severity: 'critical',
      subject: { mission: mission.id },
      evidence: { category, ...worst },
      text: `Firm commitments bring ${numberText(worst.committed)} ${category} persons to ${mission.id} on ${worst.day}, above its ceiling of ${numberText(worst.ceiling)}.`,
      from: worst.day,
    }),
  ]
}

// ── Mandate ──────────────────────────────────────────────────────────────────────────────────────────────────
export const mandateEndsUnderCommitment = (situation: Situation): ReadonlyArray<Finding> =>
  situation.missions.flatMap((mission) => {
    const { to, id, ended } = mission
    if (to === null) return []
    const beyond = situation.commitments.filter(
      (commitment) => commitment.mission === id && isActive(commitment) && commitment.to > to && commitment.to > situation.today,
    )
    if (beyond.length === 0) return []
    return [
      finding('mandate-ends-under-commitment', [id], {
        severity: ended ? 'critical' : 'warning',
        subject: { mission: id },
        evidence: { mandateEnds: to, ended, commitments: beyond.map((commitment) => commitment.id).toSorted(byText) },
        text: `The mandate of ${id} ${ended ? 'ends' : 'runs'} ${ended ? 'on' : 'until'} ${to}; after that there ${beyond.length === 1 ? 'is' : 'are'} still ${countText(beyond.length, 'commitment')}.`,
        from: to,
      }),
    ]
  })

// ── Cash ─────────────────────────────────────────────────────────────────────────────────────────────────────
export const budgetNotCoveredByCash = ({ missions, today }: Situation): ReadonlyArray<Finding> =>
  missions.flatMap((mission) => mission.fiscalYears.flatMap((year) => shortOfCash(mission.id, year, today)))

/** Fiscal years run from 1 July to 30 June. */
const shortOfCash = (
  mission: string,
  { fiscalYear, budget, cutPermille, cash }: FiscalYearFacts,
  today: Day,
): ReadonlyArray<Finding> => {
  const begin = Number(fiscalYear.slice(0, 4))
  const [first, end] = [`${begin}-07-01`, `${begin + 1}-07-01`]
  const unknown = cash.length === 0 && cutPermille === null
  if (budget === null || unknown || today < first || today >= end) return []
  const approved = BigInt(budget.amount)
  const spendable = (approved * BigInt(1000 - (cutPermille ?? 0))) / 1000n
  const [gone, days] = [BigInt(dayNumber(addDays(today, 1)) - dayNumber(first)), BigInt(dayNumber(end) - dayNumber(first))]
  const due = (spendable * gone) / days
  const received = cash
    .filter(({ on, amount }) => on <= today && amount.currency === budget.currency)
    .reduce((total, { amount }) => total + BigInt(amount.amount), 0n)
  const short = cash.length > 0 && received < due
  if (!short && (cutPermille ?? 0) === 0) return []
  const [cashText, dueText] = [numberText(received / 100n), numberText(due / 100n)]
  const cutText =
    cutPermille === null
      ? ''
      : ` Spending is cut by ${percentText(cutPermille, 1000)} of the approved ${numberText(approved / 100n)} ${budget.currency}.`
  return [
    finding('budget-not-covered-by-cash', [mission, fiscalYear.replace('/', '-')], {
      severity: short ? 'critical' : 'warning',
      subject: { mission },
      evidence: {
        fiscalYear,
        currency: budget.currency,
        approved: budget.amount,
        cutPermille,
        spendable: spendable.toString(),
        due: due.toString(),
        received: cash.length === 0 ? null : received.toString(),
      },
      text: `${short ? `${mission} has received ${cashText} ${budget.currency} of the ${dueText} that its ${fiscalYear} budget needs by now.` : `The ${fiscalYear} budget of ${mission} is not to be spent whole.`}${cutText}`,
      from: first,
      to: end,
    }),
  ]
}

// ── Gender targets ───────────────────────────────────────────────────────────────────────────────────────────
const targets = {
  troops: 'womenTroopsPermille',
  experts: 'womenExpertsPermille',
  formedPolice: 'womenFormedPolicePermille',
  individualPolice: 'womenIndividualPolicePermille',
} as const
const names: Readonly<Record<Category, string>> = {
  troops: 'troops',
  experts: 'experts on mission',
  formedPolice: 'formed police',
  individualPolice: 'individual police',
}

/** One finding per category over all missions, and one per mission that names the categories it misses. */
export const genderTargetsMissed = (situation: Situation): ReadonlyArray<Finding> => {
  const reported = latestReports(situation)
  if (reported === undefined) return []
  const missed = (rows: ReadonlyArray<StrengthFacts>) =>
    categories.flatMap((category) => {
      const [women, persons] = [womenIn(category, rows), personsIn(category, rows)]
      const targetPermille = situation.terms.thresholds[targets[category]]
      return 1000 * women < targetPermille * persons ? [{ category, women, persons, targetPermille }] : []
    })
  const overall = missed(reported.rows).map(({ category, women, persons, targetPermille }) =>
    finding('gender-target-missed', ['category', category], {
      severity: 'warning',
      subject: {},
      evidence: { month: reported.month, category, women, persons, targetPermille },
      text: `Women are ${percentText(women, persons)} of ${names[category]} over all missions in ${reported.month}; the target is ${targetPermille / 10} %.`,
    }),
  )
  const missions = grouped(reported.rows, ({ mission }) => mission).flatMap(([mission, rows]) => {
    const shortfalls = missed(rows)
    if (shortfalls.length === 0) return []
    const parts = shortfalls.map(
      ({ category, women, persons, targetPermille }) =>
        `${names[category]} ${percentText(women, persons)} of a target of ${targetPermille / 10} %`,
    )
    return [
      finding('gender-target-missed', ['mission', mission], {
        severity: 'info',
        subject: { mission },
        evidence: { month: reported.month, categories: shortfalls },
        text: `Women serving in ${mission} in ${reported.month}: ${listText(parts)}.`,
      }),
    ]
  })
  return [...overall, ...missions]
}
