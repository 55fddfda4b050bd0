/** From what is found and what is already raised to the commands that make the flag board true again. */
import type { FlagCommand } from '@muster/contracts/planning'
import type { Of } from '@muster/contracts/message'
import { same } from '@muster/kernel/same'
import { byText, type Finding } from './finding.ts'

export type Reconciliation = Of<FlagCommand, 'RaiseFlag' | 'ClearFlag'>

/** A flag that is raised or acknowledged, as it was last raised. */
export type OpenFlag = Finding

/**
 * Raises what is new or has other figures, clears what is no longer found, and says nothing of what is as before. By flag id.
 */
export const reconcile = (open: ReadonlyArray<OpenFlag>, findings: ReadonlyArray<Finding>): ReadonlyArray<Reconciliation> => {
  const raised = new Map(open.map((flag) => [flag.flag, flag]))
  const found = new Set(findings.map(({ flag }) => flag))
  const raise = findings
    .filter((finding) => !same(raised.get(finding.flag), finding))
    .map((finding): Reconciliation => ({ type: 'RaiseFlag', ...finding }))
  const clear = open
    .filter(({ flag }) => !found.has(flag))
    .map(({ flag }): Reconciliation => ({ type: 'ClearFlag', flag, reason: 'No longer found.' }))
  return [...raise, ...clear].toSorted((a, b) => byText(a.flag, b.flag))
}
