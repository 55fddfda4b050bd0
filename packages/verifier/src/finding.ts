/** One thing that is broken, where, in one sentence. Findings are data: scripts branch on the code, people read the message. */

export type FindingCode =
  | 'PROBLEM_SHAPE'
  | 'PLAN_SHAPE'
  | 'PROBLEM_DIGEST'
  | 'PLAN_DIGEST'
  | 'ORDER'
  | 'UNKNOWN_REFERENCE'
  | 'CAPABILITY'
  | 'REFUSED'
  | 'CAVEAT'
  | 'EARMARK'
  | 'READINESS'
  | 'NOTICE'
  | 'LANGUAGE'
  | 'STANDARD'
  | 'WINDOW'
  | 'TOUR'
  | 'COPIES'
  | 'CEILING'
  | 'MAX_PERCENT'
  | 'MAX_MISSIONS'
  | 'TIER_LIST'
  | 'TIER_VALUE'
  | 'TIER_BOUND'
  | 'BURDEN_LIST'
  | 'BURDEN_OWN'
  | 'BURDEN_CAPACITY'
  | 'BURDEN_RHO'
  | 'UNCOVERED'
  | 'UNUSED'
  | 'REASON'
  | 'CERTIFICATE'

export interface Finding {
  readonly code: FindingCode
  readonly message: string
  /** JSON pointer into the plan, or into the problem after `problem:`. */
  readonly where: string
}

export const finding = (code: FindingCode, where: string, message: string): Finding => ({ code, message, where })
