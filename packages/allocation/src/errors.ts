/** Everything that can keep the optimiser from answering, as values. */

/** A rule that the problem document as a whole breaks although each field is well formed. */
export type RefusalCode =
  | 'DUPLICATE_ID'
  | 'UNKNOWN_REFERENCE'
  | 'EMPTY_WINDOW'
  | 'WINDOW_OUTSIDE_HORIZON'
  | 'HORIZON_TOO_LONG'
  | 'MIXED_MEASURE'
  | 'OVERFLOW'
  | 'TOO_LARGE'

/** One thing that is wrong, and where: `pointer` is a JSON pointer into the document as it was given. */
export interface Violation {
  readonly pointer: string
  readonly message: string
}

export type AllocationError =
  /** The document does not have the shape of `muster.problem/1`. */
  | { readonly _tag: 'MalformedProblem'; readonly violations: ReadonlyArray<Violation> }
  /** The document contradicts itself. */
  | { readonly _tag: 'RefusedProblem'; readonly code: RefusalCode; readonly violations: ReadonlyArray<Violation> }
  /** The caller's signal was raised before the plan was complete. */
  | { readonly _tag: 'Cancelled' }
  /** The worker that computed the plan ended without an answer. */
  | { readonly _tag: 'WorkerFailed'; readonly message: string }
