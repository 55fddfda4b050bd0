/**
 * The one rule about who may see what. Every way out of the engine goes through it: document, list, history, statement,
 * feed, stream of changes, composition, export, explanation, error text. What nothing here allows is withheld.
 *
 * The rule is a value (`Clearance`), so that the same decision can be taken here, record by record, and inside a database,
 * by the predicate a read model derives from it.
 */
import type { Label } from '@muster/contracts/label'
import type { Principal } from './principal.ts'

export type Clearance =
  /** Officers, auditors and the engine. */
  | { readonly all: true }
  /**
   * Unclassified records; a contributor further its own, and confidential ones that are released to it or to an organisation
   * it belongs to. `contributor: null` is a reader without a nation.
   */
  | { readonly all: false; readonly contributor: string | null; readonly organisations: ReadonlyArray<string> }

const UNCLASSIFIED_ONLY: Clearance = { all: false, contributor: null, organisations: [] }

/** What a principal may see. A nation without a name is nobody's owner and gets what everybody gets. */
export const clearanceOf = (principal: Principal): Clearance => {
  switch (principal.role) {
    case 'officer':
    case 'auditor':
    case 'system':
      return { all: true }
    case 'nation':
      return principal.contributor === undefined
        ? UNCLASSIFIED_ONLY
        : { all: false, contributor: principal.contributor, organisations: principal.memberOf }
    case 'reporting':
      return UNCLASSIFIED_ONLY
  }
}

/** Strictly confidential records are for their owners (and the department) whatever their release list says. */
export const admits = (clearance: Clearance, label: Label): boolean => {
  if (clearance.all || label.classification === 'unclassified') return true
  const { contributor, organisations } = clearance
  if (contributor === null) return false
  return (
    label.owners.includes(contributor) ||
    (label.classification === 'confidential' &&
      label.releaseTo.some((name) => name === contributor || organisations.includes(name)))
  )
}

export const maySee = (label: Label, principal: Principal): boolean => admits(clearanceOf(principal), label)

/** Stands where a contributor's name would, when the reader may not learn it. */
export const CONFIDENTIAL_CONTRIBUTOR = 'confidential contributor'

/**
 * What the principal gets to see of a record: the record itself, what `redact` leaves of it, or nothing at all. Without
 * `redact` a withheld record answers like one that does not exist.
 */
export const view = <T, W = undefined>(
  record: T,
  label: Label,
  principal: Principal,
  redact?: (record: T) => W,
): T | W | undefined => (maySee(label, principal) ? record : redact?.(record))
