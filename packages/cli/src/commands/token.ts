/** `muster token`: a locally issued bearer token of the embedded mode, and nothing else on standard output. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { openTokens, TokenRole } from '@muster/http/tokens'
import { dataFolder, fail, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'

const REFUSALS = {
  ContributorNeeded: 'A nation token needs --contributor, for example --contributor NPL.',
  ContributorNotExpected: 'Only a nation token names a contributor; leave --contributor out.',
  InvalidContributor: 'The contributor must be a code such as NPL or AU.',
} as const

export const registerToken = (program: Command, context: Context): void => {
  program
    .command('token')
    .description('print a bearer token for the HTTP API (embedded mode: issued and signed locally)')
    .requiredOption('--role <role>', TokenRole.options.join(' | '))
    .option('--contributor <id>', 'the nation it acts for')
    .option('--ttl <seconds>', 'seconds until it expires (8 hours)')
    .option('--json', 'as a document instead of the bare token')
    .option('--data <folder>', 'data folder (MUSTER_DATA, else .muster)')
    .action(async (options: { role: string; contributor?: string; ttl?: string; data?: string; json?: boolean }) => {
      const role = TokenRole.safeParse(options.role)
      if (!role.success) return fail(context, EXIT.usage, `The role must be one of ${TokenRole.options.join(', ')}.`)
      const ttlSeconds = options.ttl === undefined ? undefined : Number(options.ttl)
      if (ttlSeconds !== undefined && !(Number.isInteger(ttlSeconds) && ttlSeconds > 0))
        return fail(context, EXIT.usage, '--ttl takes a whole number of seconds.')
      const tokens = await openTokens(dataFolder(context, options), context.clock)
      const token = await tokens.issue({
        role: role.data,
        ...(options.contributor === undefined ? {} : { contributor: options.contributor }),
        ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      })
      if (E.isLeft(token)) return fail(context, EXIT.usage, REFUSALS[token.left._tag])
      context.stdout(options.json === true ? `${JSON.stringify({ token: token.right })}\n` : `${token.right}\n`)
    })
}
