/** Records that can no longer be relied upon as they stand. */
import { CapacityKey } from '@muster/contracts/contributors'
import { Dimension } from '@muster/contracts/primitives'
import { byText, countText, finding, grouped, listText, numberText, type Finding } from './finding.ts'
import { isActive, isLive } from './persons.ts'
import type { Situation } from './situation.ts'

/** One finding per contributor, with its pledges. */
export const stalePledges = ({ pledges, commitments, today }: Situation): ReadonlyArray<Finding> => {
  const drawnUpon = new Set(commitments.filter((c) => isActive(c) && c.to > today).map(({ pledge }) => pledge))
  const stale = pledges.filter(
    (pledge) =>
      (isLive(pledge) && pledge.validUntil !== null && pledge.validUntil <= today && pledge.to > today) ||
      (pledge.status === 'expired' && drawnUpon.has(pledge.id)),
  )
  return grouped(stale, ({ contributor }) => contributor).map(([contributor, own]) => {
    const ids = own.map(({ id }) => id).toSorted(byText)
    const committed = ids.filter((id) => drawnUpon.has(id))
    const drawn = committed.length === 0 ? '' : `; commitments draw on ${numberText(committed.length)} of them`
    return finding('stale-pledge', [contributor], {
      severity: committed.length === 0 ? 'info' : 'warning',
      subject: { contributor },
      evidence: {
        pledges: ids,
        validUntil: Object.fromEntries(own.map(({ id, validUntil }) => [id, validUntil])),
        drawnUpon: committed,
      },
      text: `${countText(ids.length, 'pledge')} of ${contributor} ${ids.length === 1 ? 'was' : 'were'} not renewed in time (${listText(ids)})${drawn}.`,
    })
  })
}

export const undeclaredCaveats = ({ commitments, today }: Situation): ReadonlyArray<Finding> =>
  commitments
    .filter((commitment) => commitment.breaches.length > 0 && isActive(commitment) && commitment.to > today)
    .map(({ id, contributor, mission, capability, pledge, breaches }) => {
      const latest = breaches.toSorted((a, b) => byText(a.on, b.on)).at(-1)
      return finding('undeclared-caveat', [id], {
        severity: 'critical',
        subject: { contributor, mission, capability, pledge, commitment: id },
        evidence: { breaches },
        text: `${contributor} acts under a caveat it had not declared in ${mission}: ${latest?.caveat ?? ''}, reported ${latest?.on ?? ''}.`.slice(
          0,
          2_000,
        ),
      })
    })

/** One finding per dimension, with the states whose figures are old and those that have none. */
export const staleCapacityFigures = ({ terms, contributors, capacityFigures, today }: Situation): ReadonlyArray<Finding> => {
  const { staleFigureYears } = terms.thresholds
  const oldest = Number(today.slice(0, 4)) - staleFigureYears
  return Dimension.options.flatMap((dimension) => {
    const key = CapacityKey.safeParse(terms.keys[dimension])
    // Methods such as `equal` need no figures.
    if (!key.success) return []
    const latest = new Map<string, number>()
    for (const { contributor, figure, year } of capacityFigures) {
      if (figure === key.data && year > (latest.get(contributor) ?? 0)) latest.set(contributor, year)
    }
    const states = contributors
      .filter(({ kind }) => kind === 'state')
      .map(({ id }) => id)
      .toSorted(byText)
    const missing = states.filter((id) => !latest.has(id))
    const stale = states.filter((id) => (latest.get(id) ?? oldest) < oldest)
    if (stale.length === 0 && missing.length === 0) return []
    return [
      finding('stale-capacity-figure', [dimension], {
        severity: 'info',
        subject: { dimension },
        evidence: { key: key.data, oldestGood: oldest, stale, missing },
        text: `Capacity in ${dimension} is measured by ${key.data}: figures of ${countText(stale.length, 'state')} are from before ${oldest}, ${countText(missing.length, 'state')} without any.`,
      }),
    ]
  })
}
