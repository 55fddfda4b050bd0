/** Why a gap with offers stays a gap: notice, readiness, caveat, consent. */
import type { FlagKind } from '@muster/contracts/planning'
import { dayNumber, overlaps, type Day, type Window } from '@muster/kernel/time'
import { covers, type Cover } from './cover.ts'
import { byText, countText, finding, grouped, listText, type Finding } from './finding.ts'
import { isActive, isLive, latestReports, partiesOf, servingUnder, uniformed } from './persons.ts'
import type { MissionFacts, PledgeFacts, RequirementFacts, Situation } from './situation.ts'

type Obstacle = Extract<FlagKind, 'late' | 'readiness' | 'caveat-blocked' | 'consent-blocked'>
const obstacles: ReadonlyArray<Obstacle> = ['late', 'readiness', 'caveat-blocked', 'consent-blocked']

/** Only after an advisory visit is a unit considered for selection. Source: United Nations requirements paper, March 2022. */
const LOWEST_SELECTED = 2

/** A gap is blocked by an obstacle when no offer fits and some offer fails on that obstacle alone: the nearest miss. */
export const blockedGaps = (situation: Situation): ReadonlyArray<Finding> => {
  const missions = new Map(situation.missions.map((mission) => [mission.id, mission]))
  const live = new Map(grouped(situation.pledges.filter(isLive), ({ capability }) => capability))
  return covers(situation).flatMap((cover) => {
    const { requirement } = cover
    const gap = widestGap(cover)
    const mission = missions.get(requirement.mission)
    if (gap === undefined || mission === undefined) return []
    // Days until the gap opens; a gap that is open already has none left to be late for.
    const lead = gap.from > situation.today ? dayNumber(gap.from) - dayNumber(situation.today) : Infinity
    const offers = [...new Set([requirement.capability, ...requirement.accepts])]
      .flatMap((capability) => live.get(capability) ?? [])
      .filter((pledge) => offersFor(pledge, requirement, gap, situation.today))
      .map((pledge) => ({ pledge, fails: failures(pledge, requirement, mission, gap, lead) }))
    if (offers.some(({ fails }) => fails.length === 0)) return []
    return obstacles.flatMap((obstacle) => {
      const nearest = offers.filter(({ fails }) => fails.length === 1 && fails[0] === obstacle).map(({ pledge }) => pledge)
      return nearest.length === 0 ? [] : [blocked(obstacle, requirement, gap, nearest, offers.length)]
    })
  })
}

const blocked = (
  obstacle: Obstacle,
  { id, mission, capability, minReadiness, maxNoticeDays }: RequirementFacts,
  gap: Window,
  nearest: ReadonlyArray<PledgeFacts>,
  offered: number,
): Finding => {
  const pledges = nearest.map((pledge) => pledge.id).toSorted(byText)
  const contributors = [...new Set(nearest.map(({ contributor }) => contributor))].toSorted(byText)
  return finding(obstacle, ['requirement', mission, id], {
    severity: 'warning',
    subject: { mission, requirement: id, capability },
    evidence: {
      offered,
      failOnlyOnThis: pledges,
      contributors,
      needs: { readiness: Math.max(LOWEST_SELECTED, minReadiness), maxNoticeDays, from: gap.from },
      offers: nearest
        .map(({ id: pledge, readiness, terms: { noticeDays = 0 } }) => ({ pledge, readiness, noticeDays }))
        .toSorted((a, b) => byText(a.pledge, b.pledge)),
    },
    text: `The gap in requirement ${id} of ${mission} has ${countText(offered, 'offer')} and none fits; ${listText(pledges)} of ${listText(contributors)} ${pledges.length === 1 ? 'fails' : 'fail'} only because ${because[obstacle]}.`,
    from: gap.from,
    to: gap.to,
  })
}

const because: Readonly<Record<Obstacle, string>> = {
  late: 'the notice is too long',
  readiness: 'the readiness is too low',
  'caveat-blocked': 'a caveat excludes the mission',
  'consent-blocked': 'the host does not consent',
}

/** The first of the stretches in which most is missing. */
const widestGap = ({ requirement, steps }: Cover): Window | undefined => {
  const worst = Math.min(...steps.map(({ quantity }) => quantity))
  return worst < requirement.quantity ? steps.find(({ quantity }) => quantity === worst) : undefined
}

/** Still valid, free for some of the time, and neither earmarked elsewhere nor ruled out on the merits. */
const offersFor = (pledge: PledgeFacts, need: RequirementFacts, gap: Window, today: Day): boolean => {
  const { terms, validUntil } = pledge
  return (
    (validUntil === null || validUntil > today) &&
    pledge.stretches.some((stretch) => stretch.free > 0 && overlaps(stretch, gap)) &&
    (terms.earmark === undefined || terms.earmark.length === 0 || terms.earmark.includes(need.mission)) &&
    !need.excludes.some((excluded) => partiesOf(pledge).includes(excluded.contributor)) &&
    need.languages.every((language) => terms.languages?.includes(language) === true) &&
    need.standards.every((standard) => terms.standards?.includes(standard) === true)
  )
}

const failures = (
  pledge: PledgeFacts,
  need: RequirementFacts,
  mission: MissionFacts,
  gap: Window,
  lead: number,
): ReadonlyArray<Obstacle> => {
  const { readiness, terms } = pledge
  const notice = terms.noticeDays ?? 0
  const late = notice > Math.min(lead, need.maxNoticeDays ?? Infinity)
  return [
    ...(late ? ['late' as const] : []),
    ...(readiness < Math.max(LOWEST_SELECTED, need.minReadiness) ? ['readiness' as const] : []),
    ...((terms.caveats ?? []).some((caveat) => caveat.kind === 'not-in-mission' && caveat.mission === need.mission)
      ? ['caveat-blocked' as const]
      : []),
    ...(partiesOf(pledge).every((party) => consentsTo(mission, party, gap.from)) ? [] : ['consent-blocked' as const]),
  ]
}

// ── Consent ──────────────────────────────────────────────────────────────────────────────────────────────────
/** Nothing said is consent; neither the mission nor the contributor may be refused or withdrawn. */
const consentsTo = ({ consents }: MissionFacts, contributor: string, day: Day): boolean =>
  consents
    .filter((consent) => consent.contributor === null || consent.contributor === contributor)
    .every(({ decisions }) => (decisions.findLast(({ from }) => from <= day)?.decision ?? 'granted') === 'granted')

/** The first day of a window on which a contributor may not serve. */
const firstWithout = (mission: MissionFacts, contributor: string, { from, to }: Window): Day | undefined => {
  const turns = mission.consents.flatMap(({ decisions }) => decisions.map((decision) => decision.from))
  const days = [from, ...turns.filter((day) => from < day && day < to)]
  return days.toSorted(byText).find((day) => !consentsTo(mission, contributor, day))
}

/** Contributors that serve, or are to serve, without the consent of the host, on any day that is still ahead. */
export const servingWithoutConsent = (situation: Situation): ReadonlyArray<Finding> => {
  const { today } = situation
  const reported = latestReports(situation)
  const pledges = new Map(situation.pledges.map((pledge) => [pledge.id, pledge]))
  return situation.missions.flatMap((mission) => {
    const standing = situation.commitments
      .filter((commitment) => commitment.mission === mission.id && isActive(commitment) && commitment.to > today)
      .flatMap((commitment) => {
        const ahead = { from: commitment.from > today ? commitment.from : today, to: commitment.to }
        return servingUnder(commitment, pledges).flatMap((contributor) => {
          const from = firstWithout(mission, contributor, ahead)
          return from === undefined ? [] : [{ commitment: commitment.id, contributor, from }]
        })
      })
    const present = (reported?.rows ?? []).filter(
      (row) =>
        row.mission === mission.id && uniformed([row]) > 0 && !consentsTo(mission, row.contributor, reported?.lastDay ?? today),
    )
    if (standing.length === 0 && present.length === 0) return []
    const contributors = [...new Set([...standing, ...present].map(({ contributor }) => contributor))].toSorted(byText)
    const commitments = [...new Set(standing.map(({ commitment }) => commitment))].toSorted(byText)
    return [
      finding('consent-blocked', [mission.id], {
        severity: 'critical',
        subject: { mission: mission.id },
        evidence: {
          contributors,
          commitments,
          personsPresent: uniformed(present),
          // What was so yesterday is so today: only a day still ahead is worth telling.
          from: Object.fromEntries(standing.filter(({ from }) => from > today).map(({ commitment, from }) => [commitment, from])),
          consents: mission.consents.filter(({ contributor }) => contributor === null || contributors.includes(contributor)),
        },
        text: `The host of ${mission.id} does not consent to ${listText(contributors)}: ${countText(commitments.length, 'commitment')} and ${countText(uniformed(present), 'person')} stand without it.`,
      }),
    ]
  })
}
