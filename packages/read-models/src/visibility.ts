/** The sovereignty rule as a condition in SQL: `sovereignty/view` decides, this only says it in the database's words. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Clearance } from '@muster/sovereignty/view'
import type { Label } from '@muster/contracts/label'
import type { Classification } from '@muster/contracts/primitives'

export type Visibility = Clearance
export const EVERYTHING: Visibility = { all: true }

/** A list as one text that SQL can search by element: `,AU,NPL,`. */
export const tokens = (items: ReadonlyArray<string>): string => (items.length === 0 ? '' : `,${items.join(',')},`)
export const tokensOf = (text: string): ReadonlyArray<string> => text.split(',').filter((token) => token !== '')

/** Does the column hold this token? */
export const holdsToken = (column: string, token: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} like ${`%,${token},%`}`

/** Columns of a query that carry a record's label; owners and release list hold tokens. */
export interface LabelColumns {
  readonly owners: string
  readonly classification: string
  readonly releaseTo: string
}

/** The same as `admits(clearance, label)`; a test compares the two over all cases. */
export const admitted = (visibility: Visibility, label: LabelColumns): RawBuilder<SqlBool> => {
  if (visibility.all) return sql<SqlBool>`1 = 1`
  const unclassified = sql<SqlBool>`${sql.ref(label.classification)} = 'unclassified'`
  const { contributor, organisations } = visibility
  if (contributor === null) return unclassified
  const released = [contributor, ...organisations].map((name) => holdsToken(label.releaseTo, name))
  return sql<SqlBool>`(${unclassified} or ${holdsToken(label.owners, contributor)}
    or (${sql.ref(label.classification)} = 'confidential' and (${sql.join(released, sql` or `)})))`
}

export interface LabelValues {
  readonly owners: string
  readonly classification: Classification
  readonly releaseTo: string
}
export const labelFrom = ({ owners, classification, releaseTo }: LabelValues): Label => ({
  owners: [...tokensOf(owners)],
  classification,
  releaseTo: [...tokensOf(releaseTo)],
})
