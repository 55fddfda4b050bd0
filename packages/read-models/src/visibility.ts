/** The sovereignty rule as a condition in SQL: `sovereignty/view` decides, this only says it in the database's words. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Clearance } from '@muster/sovereignty/view'
import type { Label } from '@muster/contracts/label'
import type { Classification } from '@muster/contracts/primitives'

export const EVERYTHING: Clearance = { _tag: 'Everything' }

/** A list as one text that SQL can search by element: `,AU,NPL,`. */
export const tokens = (items: ReadonlyArray<string>): string => (items.length === 0 ? '' : `,${items.join(',')},`)
export const tokensOf = (text: string): ReadonlyArray<string> => text.split(',').filter((token) => token !== '')

/** Does the column hold this token? */
export const holdsToken = (column: string, token: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`${sql.ref(column)} like ${`%,${token},%`}`

/** Columns of a query that carry a record's label. */
export interface LabelColumns {
  readonly owner: string
  readonly classification: string
  readonly releaseTo: string
}

/** The same as `admits(clearance, label)`; a test compares the two over all cases. */
export const admitted = (clearance: Clearance, label: LabelColumns): RawBuilder<SqlBool> => {
  const unclassified = sql<SqlBool>`${sql.ref(label.classification)} = 'unclassified'`
  switch (clearance._tag) {
    case 'Everything':
      return sql<SqlBool>`1 = 1`
    case 'Unclassified':
      return unclassified
    case 'Contributor': {
      const released = clearance.names.map((name) => holdsToken(label.releaseTo, name))
      return sql<SqlBool>`(${unclassified} or ${sql.ref(label.owner)} = ${clearance.contributor}
        or (${sql.ref(label.classification)} = 'confidential' and (${sql.join(released, sql` or `)})))`
    }
  }
}

/** Label of a record of one contributor. */
export const labelFrom = (owner: string, classification: Classification, releaseTo: string): Label => ({
  owners: [owner],
  classification,
  releaseTo: [...tokensOf(releaseTo)],
})
