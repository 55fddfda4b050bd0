/** The one error handler: whatever goes wrong on the way, the answer is a problem document. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { NOT_FOUND, problem, sendProblem, type Problem } from './problem.ts'

const parameterProblem = (error: FastifyError): Problem | undefined => {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined
  const violations = error.validation.flatMap(({ instancePath, message, keyword, params }) =>
    keyword === 'unrecognized_keys' && Array.isArray(params['keys'])
      ? params['keys'].map((key) => ({ pointer: `/${String(key)}`, message: 'unknown parameter' }))
      : [{ pointer: instancePath, message: message ?? 'not valid' }],
  )
  return problem('invalid-parameter', { detail: 'See the violations for each parameter at fault.', violations })
}

const problemOfCode = (code: string | undefined): Problem | undefined => {
  switch (code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return problem('malformed-json', { detail: 'The body must be one JSON document, encoded in UTF-8.' })
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return problem('body-too-large', { detail: 'Send less at once; many commands go line by line to /v1/commands/batch.' })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return problem('unsupported-media-type', {
        detail: 'Send application/json, or application/x-ndjson to /v1/commands/batch.',
      })
    default:
      return undefined
  }
}

/** Nothing of the cause goes out: it may quote what the caller may not see. It is in the log, under the same trace id. */
export const problemOfError = (error: FastifyError): Problem =>
  parameterProblem(error) ??
  problemOfCode(error.code) ??
  (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
    ? problem('malformed-request', { detail: 'The request is not valid HTTP for this route.' })
    : problem('internal-error', { detail: 'Nothing more is known here; the log has the cause under this trace id.' }))

/** These only ask about a path; where it does not answer them there is nothing, whatever else it knows. */
const ASKING: ReadonlyArray<string> = ['HEAD', 'OPTIONS']

/** Why no route answers: the path knows other methods alone, or it is not known at all. */
const nowhere = (app: FastifyInstance, { method, url }: FastifyRequest): Problem => {
  const known = app.supportedMethods.filter((each) => app.findRoute({ method: each, url }) !== null).toSorted()
  if (known.length === 0 || ASKING.includes(method)) return NOT_FOUND
  const methods = known.join(', ')
  return problem('method-not-allowed', {
    detail: `This path does not know ${method}; it knows ${methods}.`,
    headers: { allow: methods },
  })
}

export const handleErrors = (app: FastifyInstance): void => {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const answer = problemOfError(error)
    if (answer.status >= 500) request.log.error({ err: error, traceId: request.id }, 'request failed')
    return sendProblem(request, reply, answer)
  })
  // Before the body is looked at: whatever is wrong with it, it came to the wrong place.
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.is404) return sendProblem(request, reply, nowhere(app, request))
  })
}
