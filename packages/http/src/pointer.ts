/** JSON pointers (RFC 6901) and the violations of a zod error, each pointing at the field at fault. */
import type { z } from 'zod'
import type { Violation } from '@muster/contracts/answers'

export const pointerOf = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

export const violationsOf = (error: z.core.$ZodError): ReadonlyArray<Violation> =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'unknown field' }))
      : [{ pointer: pointerOf(issue.path), message: issue.message }],
  )
