/** Requirements and missions that are not, or will not be, covered. */
import { covers, deepestFall, least, missing, type Cover } from './cover.ts'
import { finding, grouped, numberText, percentText, type Finding } from './finding.ts'
import { ceilingOn, latestReports, mandateRunsOn, personsUnder, reportsBefore, uniformed } from './persons.ts'
import type { MissionFacts, Situation, StrengthFacts } from './situation.ts'

export const gaps = (situation: Situation): ReadonlyArray<Finding> => [
  ...covers(situation).flatMap((cover) => gapOf(cover, situation)),
  ...strengthGaps(situation),
]

export const rotationCliffs = (situation: Situation): ReadonlyArray<Finding> => [
  ...covers(situation).flatMap((cover) => cliffOf(cover, situation)),
  ...strengthCliffs(situation),
]

// ── Requirements against firm commitments ────────────────────────────────────────────────────────────────────
/** So many stretches of cover stand in the evidence; the figures count all of them. */
const STRETCHES = 12

const gapOf = (cover: Cover, { terms, uncovered }: Situation): ReadonlyArray<Finding> => {
  const { requirement, window, steps } = cover
  const { id, mission, capability, quantity, counts } = requirement
  const worst = least(steps)
  const kind = worst === 0 ? 'unfilled' : 'partly-filled'
  if (1000 * worst >= terms.thresholds.filledPermille * quantity) return []
  const short = steps.filter((step) => step.quantity === worst)
  const [first] = short
  const from = first?.from ?? window.from
  const to = short.at(-1)?.to ?? window.to
  const reasons = [...new Set(uncovered.filter((stretch) => stretch.requirement === id).map(({ code }) => code))].toSorted()
  const unit = counts === 'persons' ? 'persons' : `of ${capability}`
  return [
    finding(kind, [mission, id], {
      severity: worst === 0 && requirement.tier === 1 ? 'critical' : 'warning',
      subject: { mission, requirement: id, capability },
      evidence: {
        required: quantity,
        counts,
        worst,
        filledPermille: terms.thresholds.filledPermille,
        missingDays: missing(cover),
        stretches: steps.filter((step) => step.quantity < quantity).slice(0, STRETCHES),
        reasons,
      },
      text:
        worst === 0
          ? `Requirement ${id} of ${mission} has nobody firm from ${from}; it needs ${numberText(quantity)} ${unit}.`
          : `Requirement ${id} of ${mission} is covered to ${percentText(worst, quantity)} at worst, from ${from}: ${numberText(worst)} of ${numberText(quantity)} ${unit}.`,
      from,
      to,
    }),
  ]
}

const cliffOf = ({ requirement, steps }: Cover, { terms: { thresholds } }: Situation): ReadonlyArray<Finding> => {
  const { id, mission, capability, quantity } = requirement
  // What was there beyond the need may go without loss.
  const counted = steps.map((step) => ({ ...step, quantity: Math.min(step.quantity, quantity) }))
  const fall = deepestFall(counted, thresholds.cliffMonths)
  if (fall === undefined || 1000 * (fall.before - fall.after) < thresholds.cliffPermille * quantity) return []
  return [
    finding('rotation-cliff', ['requirement', mission, id], {
      severity: fall.after === 0 ? 'critical' : 'warning',
      subject: { mission, requirement: id, capability },
      evidence: { required: quantity, ...fall, cliffMonths: thresholds.cliffMonths, cliffPermille: thresholds.cliffPermille },
      text: `Cover of requirement ${id} of ${mission} falls from ${numberText(fall.before)} to ${numberText(fall.after)} by ${fall.on}, ${percentText(fall.before - fall.after, quantity)} of what is needed.`,
      from: fall.on,
    }),
  ]
}

// ── Missions by reported strength ────────────────────────────────────────────────────────────────────────────
interface MissionReport {
  readonly mission: MissionFacts
  readonly rows: ReadonlyArray<StrengthFacts>
}

/** Missions whose mandate still runs at the end of the reported month, with what they reported. */
const running = (situation: Situation, day: string, rows: ReadonlyArray<StrengthFacts>): ReadonlyArray<MissionReport> => {
  const byMission = new Map(grouped(rows, ({ mission }) => mission))
  return situation.missions
    .filter((mission) => mandateRunsOn(mission, day))
    .map((mission) => ({ mission, rows: byMission.get(mission.id) ?? [] }))
}

const ceilingCategories = ['military', 'police'] as const

/** A mission without any row did not report; that is not the same as nobody being there, so it is left alone. */
const strengthGaps = (situation: Situation): ReadonlyArray<Finding> => {
  const reported = latestReports(situation)
  if (reported === undefined) return []
  const { filledPermille } = situation.terms.thresholds
  return running(situation, reported.lastDay, reported.rows)
    .filter(({ rows }) => rows.length > 0)
    .flatMap(({ mission, rows }) => {
      const categories = ceilingCategories.flatMap((category) => {
        const ceiling = ceilingOn(mission, category, reported.lastDay)
        return ceiling === undefined || ceiling === 0 ? [] : [{ category, ceiling, reported: personsUnder(category, rows) }]
      })
      const short = categories.filter((category) => 1000 * category.reported < filledPermille * category.ceiling)
      if (short.length === 0) return []
      const parts = short.map(
        (c) => `${c.category} ${numberText(c.reported)} of ${numberText(c.ceiling)} (${percentText(c.reported, c.ceiling)})`,
      )
      const empty = categories.every((category) => category.reported === 0)
      return [
        finding(empty ? 'unfilled' : 'partly-filled', [mission.id], {
          severity: empty ? 'critical' : 'warning',
          subject: { mission: mission.id },
          evidence: { month: reported.month, categories, filledPermille },
          text: `${mission.id} reported fewer persons than its ceiling in ${reported.month}: ${parts.join(', ')}.`,
        }),
      ]
    })
}

/** A fall to a ceiling that was itself lowered is a drawdown, not a cliff. */
const strengthCliffs = (situation: Situation): ReadonlyArray<Finding> => {
  const reported = latestReports(situation)
  if (reported === undefined) return []
  const { cliffMonths, cliffPermille, filledPermille } = situation.terms.thresholds
  const earlier = reportsBefore(situation, reported.month, cliffMonths)
  const before = new Map(grouped(earlier.rows, ({ mission }) => mission))
  return running(situation, reported.lastDay, reported.rows).flatMap(({ mission, rows }) => {
    const [then, now] = [uniformed(before.get(mission.id) ?? []), uniformed(rows)]
    if (then === 0 || 1000 * (then - now) < cliffPermille * then) return []
    const ceilings = ceilingCategories.flatMap((category) => ceilingOn(mission, category, reported.lastDay) ?? [])
    const ceiling = ceilings.reduce((all, one) => all + one, 0)
    if (ceilings.length > 0 && 1000 * now >= filledPermille * ceiling) return []
    return [
      finding('rotation-cliff', [mission.id], {
        severity: 'warning',
        subject: { mission: mission.id },
        evidence: { from: earlier.month, before: then, month: reported.month, after: now, cliffMonths, cliffPermille },
        text: `${mission.id} fell from ${numberText(then)} persons in ${earlier.month} to ${numberText(now)} in ${reported.month}, by ${percentText(then - now, then)}.`,
      }),
    ]
  })
}
