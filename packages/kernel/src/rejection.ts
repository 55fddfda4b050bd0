/**
 * Why a command was refused by a rule. One shape for all aggregates: `code` is stable and documented, `message` is one
 * sentence that says what to do, `details` carries the figures the rule looked at.
 */
export interface Rejection {
  readonly _tag: 'Rejected'
  readonly code: string
  readonly message: string
  /** JSON pointer into the command's data, where one field is at fault. */
  readonly pointer?: string
  readonly details?: Readonly<Record<string, unknown>>
}

export const rejected = (code: string, message: string, more: Pick<Rejection, 'pointer' | 'details'> = {}): Rejection => ({
  _tag: 'Rejected',
  code,
  message,
  ...more,
})
