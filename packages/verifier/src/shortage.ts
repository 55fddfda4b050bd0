/** Certificates of shortage (Hall sets): these lines together ask for more than everything that can serve any of them. */
import { z } from 'zod'
import type { UncoveredStretch } from '@muster/contracts/allocation/plan'
import { dayNumber, textOf, type Window } from './days.ts'
import { finding, type Finding } from './finding.ts'
import type { Asset, Model, Requirement } from './model.ts'
import type { Eligibility } from './reasons.ts'

const ShortageEvidence = z.object({
  lines: z.array(z.string()).min(1),
  assets: z.array(z.string()),
  demand: z.number(),
  capacity: z.number(),
})

/** The set named by what its lines have in common: all of a capability that rank no lower, ask throughout the stretch and can be served in it. */
const PoolEvidence = z.object({
  capability: z.string(),
  tier: z.int(),
  weight: z.int(),
  demand: z.number(),
  capacity: z.number(),
})

/**
 * Holds when on every day of the stretch the lines ask for `demand`, no asset outside `assets` can serve any of them, those
 * hold `capacity` < demand, each line is served no later than this one, and the entry claims no more than the difference.
 */
export const shortageFindings = (
  model: Model,
  eligible: Eligibility,
  requirement: Requirement,
  entry: UncoveredStretch,
  where: string,
): ReadonlyArray<Finding> => {
  const untrue = (message: string): ReadonlyArray<Finding> => [finding('CERTIFICATE', where, message)]
  const pool = PoolEvidence.safeParse(entry.reason.evidence)
  if (pool.success) {
    const message = poolMistake(model, eligible, requirement, entry, pool.data)
    return message === undefined ? [] : untrue(message)
  }
  const parsed = ShortageEvidence.safeParse(entry.reason.evidence)
  if (!parsed.success) return untrue('the evidence of a shortage needs lines, assets, demand and capacity')
  const { demand, capacity } = parsed.data
  const lines = parsed.data.lines.flatMap((id) => model.requirements.get(id) ?? [])
  const assets = new Set(parsed.data.assets.flatMap((id) => model.assets.get(id) ?? []))
  if (lines.length < parsed.data.lines.length || new Set(lines).size < lines.length)
    return untrue('a line is unknown or listed twice')
  if (!lines.includes(requirement)) return untrue('the line itself is not in the set')
  const later = lines.find((line) => isServedLater(line, requirement))
  if (later !== undefined) return untrue(`${later.record.id} ranks below ${requirement.record.id}`)
  const stretch: Window = { from: dayNumber(entry.from), to: dayNumber(entry.to) }
  const asked = lines.reduce((sum, line) => sum + line.record.quantity, 0)
  const idle = lines.find((line) => !line.isStock && (line.from > stretch.from || line.to < stretch.to))
  if (idle !== undefined) return untrue(`${idle.record.id} does not ask for anything on some days of ${textOf(stretch)}`)
  if (asked !== demand) return untrue(`the lines ask for ${asked}, not ${demand}`)
  const [unit, ...otherUnits] = new Set(lines.map(({ record }) => record.counts))
  if (otherUnits.length > 0) return untrue('lines in copies and lines in persons cannot be added up')
  const held = [...assets].reduce((sum, { record }) => sum + record.copies * (unit === 'persons' ? record.persons : 1), 0)
  if (held !== capacity) return untrue(`the assets hold ${held}, not ${capacity}`)
  if (entry.quantity > demand - capacity) return untrue(`${demand} − ${capacity} does not explain ${entry.quantity}`)
  const stranger = outsider(eligible, lines, assets, stretch)
  return stranger === undefined ? [] : untrue(`${stranger} could serve too`)
}

const poolMistake = (
  model: Model,
  eligible: Eligibility,
  requirement: Requirement,
  entry: UncoveredStretch,
  stated: z.output<typeof PoolEvidence>,
): string | undefined => {
  const { tier, weight, capability, counts } = requirement.record
  if (stated.capability !== capability || stated.tier !== tier || stated.weight !== weight)
    return `${requirement.record.id} is of ${capability}, tier ${tier}, weight ${weight}`
  const { demand, capacity } = eligible.poolOf(
    JSON.stringify([capability, tier, weight, counts, entry.from, entry.to, requirement.isStock]),
    () => poolAround(model, eligible, requirement, { from: dayNumber(entry.from), to: dayNumber(entry.to) }),
  )
  if (stated.demand !== demand) return `the requirements of ${capability} ranked no lower ask for ${demand}, not ${stated.demand}`
  if (stated.capacity !== capacity) return `what can serve them holds ${capacity}, not ${stated.capacity}`
  return entry.quantity > demand - capacity ? `${demand} − ${capacity} does not explain ${entry.quantity}` : undefined
}

export interface PoolFigures {
  readonly demand: number
  readonly capacity: number
}

const poolAround = (model: Model, eligible: Eligibility, requirement: Requirement, stretch: Window): PoolFigures => {
  const { capability, counts } = requirement.record
  const assets = new Set<Asset>()
  let demand = 0
  for (const line of model.requirements.values()) {
    if (line.record.capability !== capability || line.record.counts !== counts || isServedLater(line, requirement)) continue
    if (!line.isStock && (line.from > stretch.from || line.to < stretch.to)) continue
    const serving = eligible.serversOf(line).filter(({ from, to }) => line.isStock || (from < stretch.to && stretch.from < to))
    if (serving.length > 0) demand += line.record.quantity
    for (const { asset } of serving) assets.add(asset)
  }
  const capacity = [...assets].reduce((sum, { record }) => sum + record.copies * (counts === 'persons' ? record.persons : 1), 0)
  return { demand, capacity }
}

const isServedLater = ({ record: a }: Requirement, { record: b }: Requirement): boolean =>
  a.tier > b.tier || (a.tier === b.tier && a.weight < b.weight)

/** An asset outside the set that can serve one of the lines on some day of the stretch. */
const outsider = (
  eligible: Eligibility,
  lines: ReadonlyArray<Requirement>,
  assets: ReadonlySet<Asset>,
  stretch: Window,
): string | undefined => {
  for (const line of lines) {
    for (const { asset, from, to } of eligible.serversOf(line)) {
      if ((line.isStock || (from < stretch.to && stretch.from < to)) && !assets.has(asset)) return asset.record.id
    }
  }
  return undefined
}
