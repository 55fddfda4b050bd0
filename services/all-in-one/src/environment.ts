/** Settings of the embedded process, checked before anything starts; what is wrong is named with its remedy. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'

const Environment = z.object({
  MUSTER_PORT: z.coerce
    .number('a port number')
    .int('a whole number')
    .min(1, 'a port from 1 to 65535')
    .max(65_535, 'a port from 1 to 65535')
    .default(8080),
  MUSTER_DATA: z.string().min(1, 'a folder').default('.muster'),
  MUSTER_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'debug, info, warn, error or silent').default('warn'),
})

export interface Settings {
  readonly port: number
  readonly data: string
  readonly log: z.output<typeof Environment>['MUSTER_LOG']
}

/** Left: one line for each wrong setting. */
export const settingsFrom = (env: Readonly<Record<string, string | undefined>>): E.Either<string, Settings> => {
  const parsed = Environment.safeParse(env)
  if (!parsed.success) {
    return E.left(
      parsed.error.issues
        .map(({ path, message }) => `${path.join('.')} must be ${message}; got "${env[String(path[0])] ?? ''}".`)
        .join('\n'),
    )
  }
  const { MUSTER_PORT: port, MUSTER_DATA: data, MUSTER_LOG: log } = parsed.data
  return E.right({ port, data: resolve(data), log })
}
