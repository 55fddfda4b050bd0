/** The rules on sums of assignments: copies of an asset, ceilings of a mission, one contributor's part, missions per contributor. */
import { dayNumber, dayText, profile, textOf, type Span, type Window } from './days.ts'
import { finding, type Finding } from './finding.ts'
import { fraction, isGreater, type Fraction } from './fraction.ts'
import type { Model, Requirement, Tour } from './model.ts'

export const limitFindings = (model: Model, tours: ReadonlyArray<Tour>): ReadonlyArray<Finding> => [
  ...copiesFindings(tours),
  ...ceilingFindings(model, tours),
  ...percentFindings(model, tours),
  ...missionFindings(model, tours),
]

const always: Window = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

/** The first stretch on which the spans exceed the limit. */
const excess = (spans: ReadonlyArray<Span>, window: Window, limit: number) =>
  profile(spans, window).find(({ value }) => value > limit)

const copiesFindings = (tours: ReadonlyArray<Tour>): ReadonlyArray<Finding> => {
  const findings: Finding[] = []
  for (const [asset, drawn] of Map.groupBy(tours, ({ offer }) => offer.asset)) {
    const { id, copies } = asset.record
    const where = `/assignments/${drawn[0]?.index}`
    if (asset.isStock) {
      const used = drawn.reduce((sum, { quantity }) => sum + quantity, 0)
      if (used > copies) findings.push(finding('COPIES', where, `${used} of the ${copies} of stock ${id} are used`))
      continue
    }
    const over = excess(drawn, always, copies)
    if (over !== undefined)
      findings.push(finding('COPIES', where, `${over.value} of the ${copies} copies of ${id} are away in ${textOf(over)}`))
  }
  return findings
}

const ceilingFindings = ({ problem }: Model, tours: ReadonlyArray<Tour>): ReadonlyArray<Finding> => {
  const toursOf = Map.groupBy(tours, ({ requirement }) => requirement.record.mission)
  return problem.missions.flatMap((mission, m) =>
    mission.ceilings.flatMap((ceiling, c) => {
      const present = (toursOf.get(mission.id) ?? []).filter(({ offer }) =>
        ceiling.capabilities.includes(offer.asset.record.capability),
      )
      const window = { from: dayNumber(ceiling.from), to: dayNumber(ceiling.to) }
      const over = excess(present, window, ceiling.quantity)
      if (over === undefined) return []
      const message = `${over.value} are present in ${mission.id} in ${textOf(over)}, its ceiling is ${ceiling.quantity}`
      return [finding('CEILING', `problem:/missions/${m}/ceilings/${c}`, message)]
    }),
  )
}

/** What one copy counts for on this requirement: itself, or its persons. */
export const unitsPerCopy = ({ offer, requirement }: Pick<Tour, 'offer' | 'requirement'>): bigint =>
  requirement.record.counts === 'persons' ? BigInt(offer.asset.record.persons) : 1n

const limited = (r: Requirement): boolean => r.mission.maxPercent != null
const lineKey = (r: Requirement): string => JSON.stringify([r.record.mission, r.record.capability])

/**
 * Per mission, day and capability required, one contributor has at most max(1, maxPercent of the quantity required that day);
 * quantities in the unit the line counts, a joint asset by its parts.
 */
const percentFindings = ({ requirements }: Model, tours: ReadonlyArray<Tour>): ReadonlyArray<Finding> => {
  const lines = Map.groupBy([...requirements.values()].filter(limited), lineKey)
  const served = Map.groupBy(
    tours.filter(({ requirement }) => limited(requirement)),
    ({ requirement }) => lineKey(requirement),
  )
  const findings: Finding[] = []
  for (const [key, present] of served) {
    const required = (lines.get(key) ?? []).map((r) => ({ from: r.from, to: r.to, quantity: r.record.quantity }))
    for (const [contributor, parts] of partsByContributor(present)) {
      const over = aboveShare(required, parts, BigInt(present[0]?.requirement.mission.maxPercent ?? 100))
      if (over !== undefined) {
        findings.push(
          finding(
            'MAX_PERCENT',
            `/assignments/${parts[0]?.index}`,
            `${contributor} has too large a part of ${key} on ${dayText(over)}`,
          ),
        )
      }
    }
  }
  return findings
}

interface Part extends Window {
  readonly index: number
  readonly units: Fraction
}

const partsByContributor = (tours: ReadonlyArray<Tour>): ReadonlyMap<string, ReadonlyArray<Part>> => {
  const parts = new Map<string, Part[]>()
  for (const tour of tours) {
    const units = BigInt(tour.quantity) * unitsPerCopy(tour)
    for (const party of tour.offer.asset.parties) {
      const own = parts.get(party.contributor) ?? []
      own.push({ index: tour.index, from: tour.from, to: tour.to, units: fraction(units * party.part, party.parts) })
      parts.set(party.contributor, own)
    }
  }
  return parts
}

/** The first day on which the parts exceed max(1, percent of what is required that day). */
const aboveShare = (required: ReadonlyArray<Span>, parts: ReadonlyArray<Part>, percent: bigint): number | undefined => {
  const common = parts.reduce((product, { units }) => lcm(product, units.under), 1n)
  const changes: Array<{ readonly day: number; readonly have: bigint; readonly need: bigint }> = []
  for (const { from, to, units } of parts) {
    const have = (units.over * common) / units.under
    changes.push({ day: from, have, need: 0n }, { day: to, have: -have, need: 0n })
  }
  for (const { from, to, quantity } of required) {
    const need = BigInt(quantity)
    changes.push({ day: from, have: 0n, need }, { day: to, have: 0n, need: -need })
  }
  changes.sort((a, b) => a.day - b.day)
  let have = 0n
  let need = 0n
  for (const [i, change] of changes.entries()) {
    have += change.have
    need += change.need
    if (changes[i + 1]?.day === change.day) continue
    const share = fraction(percent * need, 100n)
    const limit = share.over < share.under ? fraction(1n, 1n) : share
    if (isGreater(fraction(have, common), limit)) return change.day
  }
  return undefined
}

const lcm = (a: bigint, b: bigint): bigint => (a === b || b === 1n ? a : (a / gcd(a, b)) * b)
const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))

const missionFindings = ({ problem }: Model, tours: ReadonlyArray<Tour>): ReadonlyArray<Finding> => {
  const most = problem.policy.maxMissionsPerContributor
  if (most === null) return []
  const findings: Finding[] = []
  for (const [contributor, own] of Map.groupBy(tours, ({ offer }) => offer.asset.record.contributor)) {
    const missions = new Set(own.map(({ requirement }) => requirement.record.mission))
    if (missions.size > most) {
      findings.push(
        finding(
          'MAX_MISSIONS',
          `/assignments/${own[0]?.index}`,
          `${contributor} serves ${missions.size} missions, at most ${most} are allowed`,
        ),
      )
    }
  }
  return findings
}
