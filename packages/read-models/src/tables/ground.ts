/** Contributors and the ground the rest stands on. Keys join ids with `|`; each row is a fold of one stream (see change.ts). */
import { boolean, integer, json, optional, table, text, type RowOf } from '../table.ts'
import type { PolicyTerms, CapacityKey } from '@muster/contracts/contributors'
import type { Dimension } from '@muster/contracts/primitives'

/** key: contributor */
export const contributor = table('contributor', {
  id: text(),
  kind: text<'state' | 'organisation'>(),
  name: text(),
  region: optional(text()),
  subregion: optional(text()),
  permanentMember: boolean(),
  neighbours: json<ReadonlyArray<string>>(),
  revision: integer(),
})
export interface Period {
  readonly from: string
  /** Exclusive; null while it lasts. */
  readonly to: string | null
}
/** key: contributor|organisation; a state may leave and come back, hence periods. */
export const affiliation = table(
  'affiliation',
  { contributor: text(), organisation: text(), periods: json<ReadonlyArray<Period>>() },
  [['contributor'], ['organisation']],
)
/** key: contributor|figure|year */
export const capacityFigure = table(
  'capacity_figure',
  { contributor: text(), figure: text<CapacityKey>(), year: integer(), value: integer(), source: text() },
  [['contributor'], ['figure', 'year']],
)
/** key: capability */
export const capability = table('capability', {
  id: text(),
  name: text(),
  category: text(),
  dimension: text<Dimension>(),
  measure: text<'standing' | 'stock'>(),
  unit: text(),
  typicalPersons: optional(integer()),
  divisible: boolean(),
  /** US dollars per unit and month (stock: per unit). */
  monthValueUsd: optional(integer()),
  source: text(),
  revision: integer(),
})
export interface Rate {
  readonly contributor: string
  readonly regularPpm?: number | undefined
  readonly peacekeepingPpm?: number | undefined
}
/** key: scale; its rates stay with it, because a correction replaces them as a whole. */
export const scale = table('scale', {
  id: text(),
  from: text(),
  to: text(),
  rates: json<ReadonlyArray<Rate>>(),
  source: text(),
  note: optional(text()),
})
/** key: policy */
export const policy = table('policy', { id: text(), from: text(), terms: json<PolicyTerms>(), source: text() }, [['from']])
/** key: currency|day */
export const exchangeRate = table('exchange_rate', { currency: text(), on: text(), centsPerMillion: integer(), source: text() }, [
  ['currency', 'on'],
])

export type CapabilityRow = RowOf<typeof capability>
export type ContributorRow = RowOf<typeof contributor>
export type PolicyRow = RowOf<typeof policy>
export type ScaleRow = RowOf<typeof scale>
