/** `muster replay`: folds the whole log anew and compares every row; with `--rebuild` the new rows take the place of the old ones. */
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { openMuster } from '@muster/all-in-one/open'
import { replay } from '@muster/all-in-one/replay'
import { common, dataFolder, fail, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'

export const registerReplay = (program: Command, context: Context): void => {
  common(program.command('replay').description('fold the whole log anew and compare every row with the read models in force'))
    .option('--rebuild', 'put the new rows in force (no server may be running on the data folder)')
    .action((options: Common & { rebuild?: boolean }) =>
      options.rebuild === true ? rebuild(context, options) : compare(context, options),
    )
}

const compare = async (context: Context, options: Common): Promise<void> => {
  const result = await replay({
    data: dataFolder(context, options),
    clock: context.clock,
    onProgress: (position, head) => context.stderr(`\r${position} of ${head}`),
  })
  context.stderr('\n')
  if (E.isLeft(result)) return fail(context, EXIT.failure, result.left)
  const { events, seconds, comparison } = result.right
  if (options.json === true)
    context.stdout(
      `${JSON.stringify({ events, rows: comparison.rows, differing: comparison.differing, differences: comparison.differences })}\n`,
    )
  else {
    context.stdout(
      `${events} events in ${seconds.toFixed(1)} s; ${comparison.rows} row versions compared, ${comparison.differing} differ\n`,
    )
    for (const { table, key, since } of comparison.differences) context.stdout(`  ${table} ${key} since ${since}\n`)
  }
  if (comparison.differing > 0) context.exit = EXIT.refused
}

const rebuild = async (context: Context, options: Common): Promise<void> => {
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
