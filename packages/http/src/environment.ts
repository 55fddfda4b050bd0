/** Settings of a service, checked before anything starts; what is wrong is named together with its remedy. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'

export type Environment = Readonly<Record<string, string | undefined>>

export const portSetting = (otherwise: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce
    .number('a port from 1 to 65535')
    .int('a port from 1 to 65535')
    .min(1, 'a port from 1 to 65535')
    .max(65_535, 'a port from 1 to 65535')
    .default(otherwise)
export const dataSetting = z.string().min(1, 'the path of a folder').default('.muster')
export const logSetting = z
  .enum(['debug', 'info', 'warn', 'error', 'silent'], 'debug, info, warn, error or silent')
  .default('info')

/** Messages of the schemas complete the sentence "X must be …". Left: one line for each setting that is wrong or missing. */
export const settingsFrom = <S extends z.ZodObject>(schema: S, environment: Environment): E.Either<string, z.output<S>> => {
  const parsed = schema.safeParse(environment)
  if (parsed.success) return E.right(parsed.data)
  const lines = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0])
    const given = environment[name]
    return given === undefined ? `${name} is missing: set it to ${message}.` : `${name} must be ${message}; it is "${given}".`
  })
  return E.left(lines.join('\n'))
}
