/** Who asks: what a reader may see of records that carry a label, as a condition in SQL. */

/**
 * `all` sees everything (officer, auditor, the engine). Everyone else sees what is unclassified; a nation further its own
 * records and what is released to it or to an organisation it belongs to. `contributor: null` is a reader without a
 * nation (the reporting service).
 */
export type Visibility =
  | { readonly all: true }
  | { readonly all?: false; readonly contributor: string | null; readonly organisations: ReadonlyArray<string> }

export const EVERYTHING: Visibility = { all: true }
export const UNCLASSIFIED_ONLY: Visibility = { contributor: null, organisations: [] }

/** A list as one text that SQL can search by element: `,AU,NPL,`. */
export const tokens = (items: ReadonlyArray<string>): string => (items.length === 0 ? '' : `,${items.join(',')},`)
export const tokensOf = (text: string): ReadonlyArray<string> => text.split(',').filter((token) => token !== '')
