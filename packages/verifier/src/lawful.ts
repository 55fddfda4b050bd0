/** Which offer may serve which requirement, and how long a tour must last: the rules on a single assignment. */
import { common, daysOf, isEmpty, textOf, within, type Window } from './days.ts'
import { finding, type Finding, type FindingCode } from './finding.ts'
import type { Offer, Requirement, Tour } from './model.ts'

export interface Obstacle {
  readonly code: FindingCode
  readonly message: string
}

/** Every rule except the days that forbids this offer to serve this requirement. */
export const obstacles = (offer: Offer, requirement: Requirement): ReadonlyArray<Obstacle> => {
  const { record: o, asset } = offer
  const { record: r, mission } = requirement
  const found: Obstacle[] = []
  const unless = (holds: boolean, code: FindingCode, message: () => string): void => {
    if (!holds) found.push({ code, message: message() })
  }
  unless(
    requirement.capabilities.has(asset.record.capability),
    'CAPABILITY',
    () => `${r.id} does not accept ${asset.record.capability}`,
  )
  const refused = asset.everyone.find((one) => mission.refuses.includes(one) || r.excludes.includes(one))
  unless(refused === undefined, 'REFUSED', () => `${r.mission} or ${r.id} takes nothing from ${refused}`)
  unless(!o.notIn.includes(r.mission), 'CAVEAT', () => `${o.id} may not go to ${r.mission}`)
  unless(
    o.onlyIn === null || o.onlyIn.includes(r.mission),
    'EARMARK',
    () => `${o.id} is earmarked for other missions than ${r.mission}`,
  )
  unless(o.readiness >= r.minReadiness, 'READINESS', () => `${o.id} has readiness ${o.readiness}, ${r.id} asks ${r.minReadiness}`)
  const mostNotice = r.maxNoticeDays ?? Number.POSITIVE_INFINITY
  unless(o.noticeDays <= mostNotice, 'NOTICE', () => `${o.id} needs ${o.noticeDays} days of notice, ${r.id} allows ${mostNotice}`)
  const language = r.languages.find((one) => !o.languages.includes(one))
  unless(language === undefined, 'LANGUAGE', () => `${o.id} does not speak ${language}`)
  const standard = r.standards.find((one) => !o.standards.includes(one))
  unless(standard === undefined, 'STANDARD', () => `${o.id} does not meet ${standard}`)
  return found
}

/** The same question without the reasons: it is asked millions of times. */
export const isEligible = ({ record: o, asset }: Offer, { record: r, mission, capabilities }: Requirement): boolean =>
  capabilities.has(asset.record.capability) &&
  o.readiness >= r.minReadiness &&
  (r.maxNoticeDays == null || o.noticeDays <= r.maxNoticeDays) &&
  !o.notIn.includes(r.mission) &&
  (o.onlyIn === null || o.onlyIn.includes(r.mission)) &&
  r.languages.every((one) => o.languages.includes(one)) &&
  r.standards.every((one) => o.standards.includes(one)) &&
  !asset.everyone.some((one) => mission.refuses.includes(one) || r.excludes.includes(one))

/** The days any tour of this offer on this requirement must lie in; may be empty. */
export const openDays = (offer: Offer, requirement: Requirement): Window =>
  common({ from: offer.earliest, to: offer.to }, requirement)

/** The shortest lawful tour, in days. */
export const shortestTour = (offer: Offer, requirement: Requirement): number =>
  Math.min(Math.max(offer.record.minTourDays, requirement.record.minTourDays), daysOf(requirement))

/** The days on which this offer can serve this requirement at all: its open days, when a whole tour fits in them. */
export const servingDays = (offer: Offer, requirement: Requirement): Window | undefined => {
  const open = openDays(offer, requirement)
  return !isEmpty(open) && daysOf(open) >= shortestTour(offer, requirement) ? open : undefined
}

export const lawfulFindings = (tours: ReadonlyArray<Tour>): ReadonlyArray<Finding> => tours.flatMap(tourFindings)

const tourFindings = (tour: Tour): ReadonlyArray<Finding> => {
  const { offer, requirement } = tour
  const where = `/assignments/${tour.index}`
  if (isEmpty(tour)) return [finding('WINDOW', where, `the tour ${textOf(tour)} has no days`)]
  const findings: Finding[] = isEligible(offer, requirement)
    ? []
    : obstacles(offer, requirement).map(({ code, message }) => finding(code, where, message))
  if (tour.from < offer.earliest && tour.from >= offer.from) {
    findings.push(
      finding(
        'NOTICE',
        where,
        `${offer.record.id} cannot be there before its ${offer.record.noticeDays} days of notice have passed`,
      ),
    )
  }
  if (!within(tour, offer))
    findings.push(finding('WINDOW', where, `${textOf(tour)} is not in the window ${textOf(offer)} of ${offer.record.id}`))
  if (!within(tour, requirement)) {
    findings.push(
      finding('WINDOW', where, `${textOf(tour)} is not in the window ${textOf(requirement)} of ${requirement.record.id}`),
    )
  }
  const shortest = shortestTour(offer, requirement)
  if (daysOf(tour) < shortest)
    findings.push(finding('TOUR', where, `${daysOf(tour)} days are fewer than the shortest tour of ${shortest}`))
  return findings
}
