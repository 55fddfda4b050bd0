/** Contributors whose presence calls for a reason, never for a ban. */
import { byText, countText, finding, grouped, listText, type Finding } from './finding.ts'
import { isActive, latestReports, servingUnder, uniformed } from './persons.ts'
import type { ContributorFacts, MissionFacts, Situation } from './situation.ts'

type Kind = 'neighbour-of-host' | 'former-power' | 'permanent-member'
type Concerns = (contributor: ContributorFacts, mission: MissionFacts) => boolean

const concerns: Readonly<Record<Kind, Concerns>> = {
  'neighbour-of-host': ({ neighbours }, { hosts }) => hosts.some((host) => neighbours.includes(host)),
  'former-power': ({ id }, { formerPowers }) => formerPowers.includes(id),
  'permanent-member': ({ permanentMember }) => permanentMember,
}
const words: Readonly<Record<Kind, (mission: MissionFacts) => string>> = {
  'neighbour-of-host': ({ hosts }) => `neighbours of its host ${listText(hosts)}`,
  'former-power': ({ hosts }) => `a former power over its host ${listText(hosts)}`,
  'permanent-member': () => 'permanent members of the Security Council',
}

/** One finding per mission and kind, with the contributors concerned. */
export const sensitivePresences = (situation: Situation): ReadonlyArray<Finding> => {
  const contributors = new Map(situation.contributors.map((contributor) => [contributor.id, contributor]))
  const pledges = new Map(situation.pledges.map((pledge) => [pledge.id, pledge]))
  const reported = new Map(grouped(latestReports(situation)?.rows ?? [], ({ mission }) => mission))
  return situation.missions.flatMap((mission) => {
    const rows = reported.get(mission.id) ?? []
    const commitments = situation.commitments.filter((c) => c.mission === mission.id && isActive(c) && c.to > situation.today)
    const present = [
      ...new Set([
        ...rows.filter((row) => uniformed([row]) > 0).map(({ contributor }) => contributor),
        ...commitments.flatMap((commitment) => servingUnder(commitment, pledges)),
      ]),
    ]
    return (['neighbour-of-host', 'former-power', 'permanent-member'] as const).flatMap((kind) => {
      const concerned = present
        .flatMap((id) => contributors.get(id) ?? [])
        .filter((contributor) => concerns[kind](contributor, mission))
        .map(({ id }) => id)
        .toSorted(byText)
      if (concerned.length === 0) return []
      const persons = uniformed(rows.filter(({ contributor }) => concerned.includes(contributor)))
      const committed = commitments.filter((commitment) =>
        servingUnder(commitment, pledges).some((contributor) => concerned.includes(contributor)),
      ).length
      return [
        finding(kind, [mission.id], {
          severity: kind === 'former-power' ? 'warning' : 'info',
          subject: { mission: mission.id },
          evidence: { hosts: mission.hosts, contributors: concerned, persons, commitments: committed },
          text: `${mission.id} has ${words[kind](mission)}: ${listText(concerned)}, with ${countText(persons, 'person')} reported and ${countText(committed, 'commitment')}.`,
        }),
      ]
    })
  })
}
