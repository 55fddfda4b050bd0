/** `muster replay`: folds the whole log anew and compares every row; with `--rebuild` the new rows take the place of the old ones. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { openMuster } from '@muster/all-in-one/open'
import { replay } from '@muster/all-in-one/replay'
import { common, dataFolder, fail, type Common, type Context } from '../context.ts'
import { enginesOf, isEmbedded, withStores } from '../engines.ts'
import { EXIT } from '../exit.ts'

export const registerReplay = (program: Command, context: Context): void => {
  common(program.command('replay').description('fold the whole log anew and compare every row with the read models in force'))
    .option('--rebuild', 'put the new rows in force (no server may be running on the data folder)')
    .action((options: Common & { rebuild?: boolean }) =>
      options.rebuild === true ? rebuild(context, options) : compare(context, options),
    )
}

const NOT_HERE =
  'These read models are in PostgreSQL: their projectors rebuild them by themselves when their version changes (docs/read-models.md). Without --rebuild, replay compares them row by row.'

const compare = (context: Context, options: Common): Promise<void> =>
  withStores(context, options, async ({ log, readModels }) => {
    const { position, seconds, comparison } = await replay({
      log,
      inForce: readModels,
      clock: context.clock,
      onProgress: (reached, target) => context.stderr(`\rposition ${reached} of ${target}`),
    })
    context.stderr('\n')
    const { rows, differing, differences } = comparison
    if (options.json === true) context.stdout(`${JSON.stringify({ position, rows, differing, differences })}\n`)
    else {
      context.stdout(
        `folded up to position ${position} in ${seconds.toFixed(1)} s; ${rows} row versions compared, ${differing} differ\n`,
      )
      for (const { table, key, since } of differences) context.stdout(`  ${table} ${key} since ${since}\n`)
    }
    if (differing > 0) context.exit = EXIT.refused
  })

const rebuild = async (context: Context, options: Common): Promise<void> => {
  const engines = await enginesOf(context, options)
  if (E.isLeft(engines)) return fail(context, EXIT.usage, engines.left)
  if (!isEmbedded(engines.right)) return fail(context, EXIT.failure, NOT_HERE)
  const muster = await openMuster({ data: dataFolder(context, options), mode: 'write', clock: context.clock })
  if (E.isLeft(muster)) return fail(context, EXIT.failure, muster.left)
  try {
    const { engine } = muster.right
    if (engine === undefined) return
    const result = await engine.rebuild()
    if (options.json === true) context.stdout(`${JSON.stringify(result)}\n`)
    else
      context.stdout(
        result._tag === 'Swapped'
          ? `generation ${result.generation} is in force; ${result.comparison?.differing ?? 0} rows differed\n`
          : `${result._tag}\n`,
      )
    if (result._tag !== 'Swapped') context.exit = EXIT.failure
  } finally {
    await muster.right.close()
  }
}
