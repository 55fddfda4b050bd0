/** What is wrong with a payload: for each fault a JSON pointer (RFC 6901) at its field, and words about it. */
import type { z } from 'zod'
import type { Violation } from './answers.ts'

/** Given to `safeParse`, so that a field that is not there is called missing and not of a wrong type. */
export const inPlainWords = {
  error: ({ input }: { readonly input?: unknown }): string | undefined => (input === undefined ? 'is missing' : undefined),
}

const pointerOf = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

export const violationsOf = (error: z.core.$ZodError): ReadonlyArray<Violation> =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'unknown field' }))
      : [{ pointer: pointerOf(issue.path), message: issue.message }],
  )
