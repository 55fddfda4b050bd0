/** `muster exercise`: a seeded synthetic exercise in a store of its own, planned by the optimiser. */
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { load } from '@muster/all-in-one/first-use'
import { openMuster } from '@muster/all-in-one/open'
import { DEFAULT_EXERCISE, exercise } from '@muster/reference-data/exercise'
import { capabilityLines, policyLines } from '@muster/reference-data/foundations'
import { common, dataFolder, fail, type Common, type Context } from '../context.ts'
import { EXIT } from '../exit.ts'

const REAL_DATA = resolve(import.meta.dirname, '../../../../data')

export const registerExercise = (program: Command, context: Context): void => {
  common(
    program
      .command('exercise')
      .description('prepare a SYNTHETIC exercise (invented nations, missions, pledges) in a store of its own'),
  )
    .option('--seed <number>', 'the same seed gives the same exercise', String(DEFAULT_EXERCISE.seed))
    .option('--nations <number>', 'invented nations', String(DEFAULT_EXERCISE.nations))
    .option('--missions <number>', 'at most 10', String(DEFAULT_EXERCISE.missions))
    .option('--pledges <number>', 'their pledges', String(DEFAULT_EXERCISE.pledges))
    .action(async (options: Common & { seed: string; nations: string; missions: string; pledges: string }) => {
      const [seed, nations, missions, pledges] = [options.seed, options.nations, options.missions, options.pledges].map(Number)
      if (![seed, nations, missions, pledges].every((value) => value !== undefined && Number.isInteger(value) && value > 0)) {
        return fail(context, EXIT.usage, 'Seed, nations, missions and pledges are whole numbers above 0.')
      }
      const data = join(dataFolder(context, options), 'exercise')
      const muster = await openMuster({ data, mode: 'write', clock: context.clock })
      if (E.isLeft(muster)) return fail(context, EXIT.failure, muster.left)
      try {
        const { handler, engine, store } = muster.right
        const size = {
          seed: seed ?? 1,
          nations: nations ?? 40,
          missions: Math.min(10, missions ?? 5),
          pledges: pledges ?? 220,
          from: DEFAULT_EXERCISE.from,
        }
        const parts = [
          { name: 'catalogue', lines: capabilityLines(REAL_DATA) },
          { name: 'policy', lines: policyLines(REAL_DATA) },
          ...exercise(size),
        ]
        const loaded = await load({
          handler,
          parts,
          onProgress: ({ part, done, total }) => context.stderr(`\r${`${done} of ${total} (${part})`.padEnd(70)}`),
        })
        context.stderr('\n')
        if (E.isLeft(loaded)) return fail(context, EXIT.failure, `The exercise could not be loaded: ${loaded.left}`)
        await engine?.waitFor(await store.head(), 60_000)
        await engine?.settleFlags()
        const answer = { synthetic: true, seed: size.seed, commands: loaded.right, data, position: await store.head() }
        if (options.json === true) context.stdout(`${JSON.stringify(answer)}\n`)
        else {
          context.stdout(
            [
              `SYNTHETIC exercise (seed ${size.seed}): ${size.nations} invented nations, ${size.missions} missions, ${size.pledges} pledges in ${data}`,
              'Plan it:   npx muster plan run --from 2027-01-01 --to 2029-01-01 --data ' + data,
              'Serve it:  MUSTER_DATA=' + data + ' npm start',
              '',
            ].join('\n'),
          )
        }
      } finally {
        await muster.right.close()
      }
    })
}
