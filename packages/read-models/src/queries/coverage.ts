/** Coverage by mission, capability and month: what is required, on offer, committed and there, never added to one another. */
import {
  addDays,
  covers,
  daysIn,
  firstDayOf,
  monthOf,
  monthsBetween,
  overlaps,
  type Day,
  type Month,
  type Window,
} from '@muster/kernel/time'
import { converter, type ToCents } from '../money.ts'
import type { Page, PageRequest } from '../paging.ts'
import type { ReadModels } from '../read-models.ts'
import type { CapabilityRow } from '../tables/ground.ts'
import type { CeilingRow, RequirementRow } from '../tables/missions.ts'
import { heldAt, groupBy, type Asked, type AsOf } from './as-of.ts'
import type { CommitmentView, CoverageRow } from './answers.ts'
import { freePledges, liveCommitments, type FreePledge } from './coverage-inputs.ts'
import { allCapabilities, allExchangeRates } from './ground.ts'
import { ceilingOn, ceilingsOf, requirementsOf } from './missions.ts'
import { isFirm, personsPerUnit, presentOn, usedBy } from './presence.ts'
import { countsByMonth, type CountedMonth } from './strengths.ts'

export interface CoverageFilter {
  readonly mission?: string | undefined
  readonly capability?: string | undefined
  /** First and last month, both included; without them every month about which anything is known. */
  readonly first?: Month | undefined
  readonly last?: Month | undefined
}

/** Capabilities of the official counts, and the ceilings they are held against. */
const COUNTED = [
  ['MILITARY', 'military'],
  ['POLICE', 'police'],
] as const

/** One line of the answer before months: where, what, and in which unit. */
interface Subject {
  readonly mission: string
  readonly capability: string
  readonly counts: 'copies' | 'persons'
}
interface Inputs {
  readonly ceilings: ReadonlyArray<CeilingRow>
  readonly lines: ReadonlyArray<RequirementRow>
  readonly commitments: ReadonlyArray<CommitmentView & { readonly persons: number | null }>
  readonly counted: ReadonlyMap<Month, CountedMonth>
  readonly pledges: ReadonlyMap<string, ReadonlyArray<FreePledge>>
  readonly catalogue: ReadonlyMap<string, CapabilityRow>
  readonly toCents: ToCents
}

const lastDayOf = (month: Month): Day => `${month}-${daysIn(month)}`
const monthWindow = (month: Month): Window => ({ from: firstDayOf(month), to: addDays(lastDayOf(month), 1) })

/** Standing lines count on the month's last day, stock in every month its window touches. */
const countsIn = (window: Window, month: Month, stock: boolean): boolean =>
  stock ? overlaps(window, monthWindow(month)) : covers(window, lastDayOf(month))

/** Units into the row's own unit: heads for lines in persons, US cents for money. */
const measured = (
  inputs: Inputs,
  { capability, counts }: Subject,
  quantity: number,
  of: { readonly capability: string; readonly persons: number | null; readonly currency: string | null },
  day: Day,
): number => {
  if (of.currency !== null) return Number(inputs.toCents(BigInt(quantity), of.currency, day) ?? 0n)
  const unit = inputs.catalogue.get(of.capability) ?? inputs.catalogue.get(capability)
  return counts === 'persons' ? quantity * personsPerUnit(of.persons, unit) : quantity
}

const rowOf = (inputs: Inputs, subject: Subject, month: Month): CoverageRow => {
  const { mission, capability, counts } = subject
  const day = lastDayOf(month)
  const stock = inputs.catalogue.get(capability)?.measure === 'stock'
  const category = COUNTED.find(([code]) => code === capability)?.[1]
  const lines = inputs.lines.filter((line) => line.capability === capability && line.counts === counts)
  const inForce = lines.filter((line) => countsIn(line, month, stock))
  const accepted = new Set([capability, ...lines.flatMap((line) => line.accepts)])
  const lineIds = new Set(lines.map(({ id }) => id))

  const required =
    category === undefined
      ? inForce.reduce((sum, { quantity }) => sum + quantity, 0)
      : (ceilingOn(inputs.ceilings, category, day) ??
        (inForce.length > 0 ? inForce.reduce((sum, { quantity }) => sum + quantity, 0) : null))

  const pledged = [...accepted]
    .flatMap((code) => inputs.pledges.get(code) ?? [])
    .reduce((sum, pledge) => sum + measured(inputs, subject, pledge.freeOn(day), pledge, day), 0)

  // A commitment belongs to the line it was drawn for; one whose line is gone, to its own capability.
  const ours = inputs.commitments.filter(
    ({ requirement, capability: own }) =>
      lineIds.has(requirement) || (own === capability && counts === 'copies' && !isLine(inputs, requirement)),
  )
  const committed = ours
    .filter((each) => isFirm(each) && countsIn(each, month, stock))
    .reduce((sum, each) => sum + measured(inputs, subject, each.quantity, each, day), 0)
  const there = ours.reduce(
    (sum, each) => sum + measured(inputs, subject, stock ? paidOr(each, day) : presentOn(each, day), each, day),
    0,
  )
  const count = category === undefined ? undefined : inputs.counted.get(month)
  const deployed = category === undefined ? there : (count?.[category] ?? (ours.length > 0 ? there : null))
  const deployedBy = category !== undefined && count !== undefined ? count.by : deployed === null ? null : 'commitments'
  const gap = required === null ? null : Math.max(0, required - Math.max(committed, deployed ?? 0))
  return { mission, capability, month, counts, required, pledged, committed, deployed, deployedBy, gap }
}

const isLine = ({ lines }: Inputs, requirement: string): boolean => lines.some(({ id }) => id === requirement)

/** Money that was paid, other stock that was used. */
const paidOr = (commitment: CommitmentView, day: Day): number =>
  commitment.kind === 'funding'
    ? commitment.payments.reduce((sum, { amount, on }) => (on <= day ? sum + Number(amount.amount) : sum), 0)
    : usedBy(commitment, day)

const NOWHERE: Window = { from: '9999-12-31', to: '0000-01-01' }
const spanOf = (windows: ReadonlyArray<Window>): Window =>
  windows.reduce(
    (span, { from, to }) => ({ from: from < span.from ? from : span.from, to: to > span.to ? to : span.to }),
    NOWHERE,
  )

/** Months about which anything is known, within those asked for. */
const monthsOf = (inputs: Inputs, { capability, counts }: Subject, { first, last }: CoverageFilter): ReadonlyArray<Month> => {
  const counted = COUNTED.some(([code]) => code === capability) ? [...inputs.counted.keys()] : []
  const ids = new Set<string>()
  const lines = inputs.lines.filter((line) => line.capability === capability && line.counts === counts)
  for (const { id } of lines) ids.add(id)
  const ours = inputs.commitments.filter(
    (each) => ids.has(each.requirement) || (each.capability === capability && counts === 'copies'),
  )
  const { from, to } = spanOf([...lines, ...ours])
  const months = new Set(from < to ? monthsBetween(monthOf(from), monthOf(addDays(to, -1))) : [])
  for (const month of counted) months.add(month)
  return [...months]
    .filter((month) => (first === undefined || month >= first) && (last === undefined || month <= last))
    .toSorted()
}

const subjectsOf = (inputs: Inputs, mission: string, capability: string | undefined): ReadonlyArray<Subject> => {
  const keys = new Set<string>()
  if (inputs.counted.size > 0) for (const [code] of COUNTED) keys.add(`${code}|copies`)
  for (const line of inputs.lines) keys.add(`${line.capability}|${line.counts}`)
  for (const each of inputs.commitments) if (!isLine(inputs, each.requirement)) keys.add(`${each.capability}|copies`)
  return [...keys].toSorted().flatMap((key): ReadonlyArray<Subject> => {
    const [code = '', counts] = key.split('|')
    if (capability !== undefined && code !== capability) return []
    return [{ mission, capability: code, counts: counts === 'persons' ? 'persons' : 'copies' }]
  })
}

/** Capabilities of which pledges are looked for. */
const capabilitiesOf = (
  lines: ReadonlyArray<RequirementRow>,
  commitments: ReadonlyArray<CommitmentView>,
  capability: string | undefined,
): ReadonlyArray<string> => {
  const wanted = lines.filter((line) => capability === undefined || line.capability === capability)
  const codes = new Set(wanted.flatMap((line) => [line.capability, ...line.accepts]))
  for (const each of commitments) if (capability === undefined || each.capability === capability) codes.add(each.capability)
  for (const [code] of COUNTED) if (capability === undefined || code === capability) codes.add(code)
  return [...codes]
}

const keyOf = ({ mission, capability, counts, month }: Subject & { readonly month: Month }): string =>
  [mission, capability, counts, month].join('|')

const missionsFrom = async (
  readModels: ReadModels,
  { asOf }: AsOf,
  mission: string | undefined,
  from: string,
): Promise<ReadonlyArray<string>> => {
  if (mission !== undefined) return [mission]
  const rows = await readModels
    .db()
    .selectFrom('mission')
    .select('mission.id')
    .where('mission.key', '>=', from)
    .where(heldAt('mission', asOf))
    .orderBy('mission.key')
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Rows by mission, capability, unit and month. What a reader may not see of pledges and commitments is not in its figures:
 * they are then what that reader can account for, and its gap accordingly larger.
 */
export const coverage = async (
  readModels: ReadModels,
  { asOf, visibility, filter = {}, after, limit }: Asked & PageRequest & { readonly filter?: CoverageFilter },
): Promise<Page<CoverageRow>> => {
  const catalogue = new Map((await allCapabilities(readModels, { asOf })).map((row) => [row.id, row]))
  const toCents = converter(await allExchangeRates(readModels, { asOf }))
  const rows: CoverageRow[] = []
  const [start = ''] = after?.split('|') ?? []
  for (const mission of await missionsFrom(readModels, { asOf }, filter.mission, start)) {
    const missions = [mission]
    const lines = await requirementsOf(readModels, { asOf, missions })
    const commitments = await liveCommitments(readModels, { asOf, visibility, mission })
    const capabilities = capabilitiesOf(lines, commitments, filter.capability)
    const inputs: Inputs = {
      ceilings: await ceilingsOf(readModels, { asOf, missions }),
      lines,
      commitments,
      counted: await countsByMonth(readModels, { asOf, mission, first: filter.first, last: filter.last }),
      pledges: groupBy(
        await freePledges(readModels, { asOf, visibility, mission, capabilities }),
        ({ capability }) => capability,
      ),
      catalogue,
      toCents,
    }
    for (const subject of subjectsOf(inputs, mission, filter.capability)) {
      for (const month of monthsOf(inputs, subject, filter)) {
        if (after !== undefined && keyOf({ ...subject, month }) <= after) continue
        if (rows.length === limit) {
          const last = rows.at(-1)
          return { items: rows, next: last === undefined ? null : keyOf(last) }
        }
        rows.push(rowOf(inputs, subject, month))
      }
    }
  }
  return { items: rows, next: null }
}
