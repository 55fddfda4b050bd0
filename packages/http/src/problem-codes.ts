/**
 * Every problem the HTTP surface itself can answer with; refusals by a domain rule add their own codes with status 422.
 * `docs/problems.md` has a section per code, which is what the `type` of a problem document points at.
 */
export const problemCodes = {
  'malformed-json': { status: 400, title: 'The body is not JSON', retryable: false },
  'malformed-request': { status: 400, title: 'The request cannot be understood', retryable: false },
  'invalid-parameter': { status: 400, title: 'A parameter is not valid', retryable: false },
  'idempotency-key-required': { status: 400, title: 'The Idempotency-Key header is missing', retryable: false },
  'invalid-cursor': { status: 400, title: 'The cursor does not belong to this list', retryable: false },
  unauthenticated: { status: 401, title: 'A valid bearer token is needed', retryable: false },
  'not-allowed': { status: 403, title: 'Not open to this role or nation', retryable: false },
  'not-found': { status: 404, title: 'There is no such thing', retryable: false },
  'method-not-allowed': { status: 405, title: 'This path does not know the method', retryable: false },
  'in-flight': { status: 409, title: 'The same key is being worked on', retryable: true },
  'revision-conflict': { status: 412, title: 'The record has moved on', retryable: false },
  'body-too-large': { status: 413, title: 'The body is too large', retryable: false },
  'too-many-lines': { status: 413, title: 'The batch has too many lines', retryable: false },
  'unsupported-media-type': { status: 415, title: 'This content type is not accepted here', retryable: false },
  'invalid-command': { status: 422, title: 'The command does not match its schema', retryable: false },
  'unknown-command': { status: 422, title: 'There is no such command', retryable: false },
  'key-reused': { status: 422, title: 'The key was used for another command', retryable: false },
  'if-match-required': { status: 428, title: 'The If-Match header is missing', retryable: false },
  'too-many-requests': { status: 429, title: 'Too many requests', retryable: true },
  'internal-error': { status: 500, title: 'Something went wrong on our side', retryable: true },
  unavailable: { status: 503, title: 'The store cannot be reached', retryable: true },
  'position-not-reached': { status: 503, title: 'The read models have not got that far', retryable: true },
} as const

export type ProblemCode = keyof typeof problemCodes
