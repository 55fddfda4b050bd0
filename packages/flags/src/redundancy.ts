/** What is pledged or committed twice, or beyond need. */
import { overlaps, type Window } from '@muster/kernel/time'
import { covers, steps, type Amount } from './cover.ts'
import { byText, finding, grouped, listText, numberText, percentText, sum, type Finding } from './finding.ts'
import { isActive, isFirm, isLive, onOffer, personsPerUnit } from './persons.ts'
import type { CommitmentFacts, PledgeFacts, RequirementFacts, Situation } from './situation.ts'

const ids = (records: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<string> =>
  records.map(({ id }) => id).toSorted(byText)
const windowText = ({ from, to }: Window): string => `from ${from} to ${to}`

// ── Over-subscription ────────────────────────────────────────────────────────────────────────────────────────
export const overSubscribed = (situation: Situation): ReadonlyArray<Finding> => [
  ...overSubscribedRequirements(situation),
  ...overSubscribedCapabilities(situation),
]

const overSubscribedRequirements = (situation: Situation): ReadonlyArray<Finding> => {
  const { oversubscribedPermille } = situation.terms.thresholds
  return covers(situation).flatMap(({ requirement, steps }) => {
    const peak = steps.reduce<Amount | undefined>(
      (most, step) => (most && most.quantity >= step.quantity ? most : step),
      undefined,
    )
    if (peak === undefined || 1000 * peak.quantity <= oversubscribedPermille * requirement.quantity) return []
    const { id, mission, capability, quantity: required } = requirement
    return [
      finding('over-subscribed', ['requirement', mission, id], {
        severity: 'warning',
        subject: { mission, requirement: id, capability },
        evidence: { required, firm: peak.quantity, oversubscribedPermille },
        text: `${numberText(peak.quantity)} are firm for requirement ${id} of ${mission} ${windowText(peak)}, ${percentText(peak.quantity, required)} of the ${numberText(required)} it needs.`,
        from: peak.from,
        to: peak.to,
      }),
    ]
  })
}

/** Standing capabilities only: a stock has no day on which it is too much. */
const overSubscribedCapabilities = (situation: Situation): ReadonlyArray<Finding> => {
  const { oversubscribedPermille } = situation.terms.thresholds
  const offered = onOffer(situation.pledges)
  return situation.capabilities
    .filter(({ measure }) => measure === 'standing')
    .flatMap(({ id: capability }) => {
      const needs = situation.requirements.filter(
        (requirement) => requirement.capability === capability && requirement.to > situation.today,
      )
      const offers = offered.filter((pledge) => pledge.capability === capability)
      const window = span([...needs, ...offers], situation.today)
      if (needs.length === 0 || window === undefined) return []
      const required = steps(
        window,
        needs.map((need) => ({ ...need, quantity: unitsOf(need, situation) })),
      )
      const free = steps(
        window,
        offers.flatMap((offer) => offer.stretches.map(({ from, to, free: quantity }) => ({ from, to, quantity }))),
      )
      const firm = steps(
        window,
        situation.commitments.filter((c) => c.capability === capability && isFirm(c)),
      )
      const worst = tightest(required, firm, free)
      if (worst === undefined || 1000 * (worst.firm + worst.free) <= oversubscribedPermille * worst.required) return []
      const { required: needed, firm: held, free: open, from } = worst
      return [
        finding('over-subscribed', ['capability', capability], {
          severity: 'info',
          subject: { capability },
          evidence: {
            ...worst,
            pledges: ids(offers.filter((offer) => offer.from <= from && from < offer.to)),
            oversubscribedPermille,
          },
          text: `From ${from}, ${numberText(held)} units of ${capability} are firm and ${numberText(open)} more are pledged, while all requirements together need ${numberText(needed)}.`,
          from,
        }),
      ]
    })
}

const quantityOn = (amounts: ReadonlyArray<Amount>, day: string): number =>
  amounts.find((step) => step.from <= day && day < step.to)?.quantity ?? 0

/** The day with the largest excess over what is required, among days on which anything is required. */
const tightest = (required: ReadonlyArray<Amount>, firm: ReadonlyArray<Amount>, free: ReadonlyArray<Amount>) => {
  const days = [...new Set([...required, ...firm, ...free].map(({ from }) => from))].toSorted(byText)
  return days
    .map((from) => ({ from, required: quantityOn(required, from), firm: quantityOn(firm, from), free: quantityOn(free, from) }))
    .filter((day) => day.required > 0)
    .reduce<{ from: string; required: number; firm: number; free: number } | undefined>(
      (worst, day) => (worst && worst.firm + worst.free - worst.required >= day.firm + day.free - day.required ? worst : day),
      undefined,
    )
}

const span = (windows: ReadonlyArray<Window>, today: string): Window | undefined => {
  const to = windows
    .map((window) => window.to)
    .toSorted(byText)
    .at(-1)
  return to === undefined || to <= today ? undefined : { from: today, to }
}

/** A requirement in persons needs so many typical units. */
const unitsOf = ({ counts, quantity, capability }: RequirementFacts, { capabilities }: Situation): number =>
  counts === 'copies'
    ? quantity
    : Math.ceil(
        quantity /
          Math.max(
            1,
            personsPerUnit(
              capabilities.find(({ id }) => id === capability),
              undefined,
            ),
          ),
      )

// ── Told twice ───────────────────────────────────────────────────────────────────────────────────────────────
export const duplicatePledges = ({ pledges }: Situation): ReadonlyArray<Finding> => {
  const live = pledges.filter(isLive).toSorted((a, b) => byText(a.id, b.id))
  const twins = [
    ...told('own-reference', live, ({ contributor, ownReference }) => `${contributor}|${ownReference}`),
    ...told('same-unit', live, ({ terms }) => terms.asset),
    ...told('near-identical', live, ({ contributor, capability, quantity, from, to }) =>
      [contributor, capability, quantity, from, to].join('|'),
    ),
  ]
  const seen = new Set<string>()
  return twins.flatMap(({ reason, group }) => {
    const [first] = group
    const key = ids(group).join('|')
    // The same pledges are reported once, for the strongest reason.
    if (first === undefined || seen.has(key)) return []
    seen.add(key)
    const contributors = [...new Set(group.map(({ contributor }) => contributor))]
    return [
      finding('duplicate-pledge', [reason, first.id], {
        severity: 'warning',
        subject:
          contributors.length === 1
            ? { contributor: first.contributor, capability: first.capability, pledge: first.id }
            : { capability: first.capability },
        evidence: { reason, pledges: ids(group), quantity: first.quantity },
        text: `Pledges ${listText(ids(group))} of ${listText(contributors)} look like one and the same: ${sentences[reason]}.`,
      }),
    ]
  })
}

const sentences = {
  'own-reference': 'they carry the same reference',
  'same-unit': 'they name the same unit for the same time',
  'near-identical': 'capability, quantity and window are the same',
} as const
type Twin = keyof typeof sentences

const told = (reason: Twin, pledges: ReadonlyArray<PledgeFacts>, keyOf: (pledge: PledgeFacts) => string | undefined) =>
  grouped(
    pledges.filter((pledge) => keyOf(pledge) !== undefined),
    (pledge) => keyOf(pledge) ?? '',
  )
    // One reference is one thing, whenever it is to serve; one unit may well be pledged for one year after the other.
    .map(([, group]) => ({
      reason,
      group: group.filter((a) => group.some((b) => a !== b && (reason === 'own-reference' || overlaps(a, b)))),
    }))
    .filter(({ group }) => group.length > 1)

export const overlappingCommitments = (situation: Situation): ReadonlyArray<Finding> => {
  const pledges = new Map(situation.pledges.map((pledge) => [pledge.id, pledge]))
  const stock = new Set(situation.capabilities.filter(({ measure }) => measure === 'stock').map(({ id }) => id))
  const active = situation.commitments.filter(
    (commitment) => isActive(commitment) && pledges.has(commitment.pledge) && !stock.has(commitment.capability),
  )
  const unitOf = ({ pledge }: CommitmentFacts): string => pledges.get(pledge)?.terms.asset ?? pledge
  return grouped(active, unitOf).flatMap(([unit, commitments]) => {
    const [first] = commitments
    const there = Math.max(...commitments.map(({ pledge }) => pledges.get(pledge)?.quantity ?? 0))
    const window = span(commitments, situation.today)
    if (first === undefined || window === undefined) return []
    const worst = steps(window, commitments).find((step) => step.quantity > there)
    if (worst === undefined) return []
    const clashing = commitments.filter((commitment) => overlaps(commitment, worst))
    const missions = [...new Set(clashing.map(({ mission }) => mission))].toSorted(byText)
    const contributors = new Set(clashing.map(({ contributor }) => contributor))
    return [
      finding('overlapping-commitments', [unit], {
        severity: 'critical',
        subject:
          contributors.size === 1
            ? { contributor: first.contributor, capability: first.capability }
            : { capability: first.capability },
        evidence: { unit, there, committed: worst.quantity, commitments: ids(clashing) },
        text: `${numberText(worst.quantity)} of ${unit} are committed ${windowText(worst)} to ${listText(missions)}, but there are only ${numberText(there)}.`,
        from: worst.from,
        to: worst.to,
      }),
    ]
  })
}

// ── Beyond need ──────────────────────────────────────────────────────────────────────────────────────────────
export const surplusCapability = ({ pledges, requirements, today }: Situation): ReadonlyArray<Finding> => {
  const asked = new Map(
    grouped(
      requirements.flatMap((need) =>
        [...new Set([need.capability, ...need.accepts])].map((capability) => ({ capability, need })),
      ),
      ({ capability }) => capability,
    ),
  )
  const wanted = (pledge: PledgeFacts): boolean => (asked.get(pledge.capability) ?? []).some(({ need }) => overlaps(need, pledge))
  const idle = onOffer(pledges).filter((pledge) => pledge.currency === null && pledge.to > today && !wanted(pledge))
  return grouped(idle, ({ capability }) => capability).map(([capability, group]) => {
    const quantity = sum(group.map((pledge) => pledge.quantity))
    return finding('surplus-capability', [capability], {
      severity: 'info',
      subject: { capability },
      evidence: { quantity, pledges: ids(group) },
      text: `${numberText(quantity)} units of ${capability} are pledged by ${listText([...new Set(group.map(({ contributor }) => contributor))].toSorted(byText))} for times in which no requirement asks for them.`,
    })
  })
}

export const moneyForKitInKind = (situation: Situation): ReadonlyArray<Finding> => {
  const live = situation.pledges.filter(isLive)
  const inKind = live.filter(({ currency }) => currency === null)
  const linked = live
    .filter(({ currency }) => currency !== null)
    .flatMap((money) => {
      const { asset, derivedFrom } = money.terms
      const kit = inKind.find(({ id, terms }) => id === derivedFrom || (asset !== undefined && terms.asset === asset))
      if (kit === undefined) return []
      const own = kit.contributor === money.contributor
      return [
        finding('money-for-kit-in-kind', ['pledge', money.id], {
          severity: 'warning',
          subject: own
            ? { contributor: money.contributor, capability: kit.capability, pledge: money.id }
            : { capability: kit.capability },
          evidence: { money: money.id, inKind: kit.id, amount: money.quantity, currency: money.currency },
          text: `Pledge ${money.id} of ${money.contributor} offers money for ${kit.capability} that pledge ${kit.id} of ${kit.contributor} already gives in kind.`,
        }),
      ]
    })
  const capabilities = new Map(situation.capabilities.map((capability) => [capability.id, capability]))
  const pledges = new Map(situation.pledges.map((pledge) => [pledge.id, pledge]))
  const covered = situation.commitments
    .filter((commitment) => commitment.kind === 'funding' && isActive(commitment))
    .flatMap((money) => {
      const need = situation.requirements.find(({ mission, id }) => mission === money.mission && id === money.requirement)
      if (need === undefined || capabilities.get(need.capability)?.dimension === 'funding') return []
      const units = situation.commitments
        .filter((c) => isFirm(c) && c.kind !== 'funding' && c.mission === need.mission && c.requirement === need.id)
        .map(({ from, to, quantity, capability, pledge }) => ({
          from,
          to,
          quantity:
            need.counts === 'persons' ? quantity * personsPerUnit(capabilities.get(capability), pledges.get(pledge)) : quantity,
        }))
      if (steps(need, units).some(({ quantity }) => quantity < need.quantity)) return []
      return [
        finding('money-for-kit-in-kind', ['commitment', money.id], {
          severity: 'warning',
          subject: {
            contributor: money.contributor,
            mission: need.mission,
            requirement: need.id,
            capability: need.capability,
            commitment: money.id,
          },
          evidence: { required: need.quantity, amount: money.quantity },
          text: `Commitment ${money.id} pays for ${need.capability} in ${need.mission}, but requirement ${need.id} is covered in kind throughout.`,
        }),
      ]
    })
  return [...linked, ...covered]
}
