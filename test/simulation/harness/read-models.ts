/** Read models in SQLite as one process sees them: each transaction can fail before or after its commit, or be the process's last. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Clock } from '@muster/kernel/time'
import type { Applied, ApplyError } from '@muster/read-models/apply'
import { openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'
import type { Process } from './process.ts'

const away = (): never => {
  throw new Error('the database is away')
}

/** `refuses` says why a stream cannot be projected now. */
export const readModelsFor = (
  { call }: Process,
  inner: ReadModelStore,
  refuses: (stream: string) => string | undefined,
): ReadModelStore => {
  const asked = <T>(port: string, effect: () => Promise<T>): Promise<T> => call({ port, effect, lost: away })
  return {
    ...inner,
    apply: (target, page) =>
      call<E.Either<ApplyError, Applied>>({
        port: `apply up to ${page.through}`,
        writes: true,
        late: 'never',
        effect: async (): Promise<E.Either<ApplyError, Applied>> => {
          for (const { stream, revision, position } of page.events) {
            const reason = refuses(stream)
            if (reason !== undefined) return E.left({ _tag: 'Poisoned', first: { stream, revision, position, reason } })
          }
          return inner.apply(target, page)
        },
        lost: () => E.left({ _tag: 'StoreUnavailable', cause: 'simulated' }),
      }),
    checkpoint: (target) => asked('checkpoint', () => inner.checkpoint(target)),
    stands: (target, position) => asked('stands', () => inner.stands(target, position)),
    checkpoints: (generation) => asked('checkpoints', () => inner.checkpoints(generation)),
    generations: () => asked('generations', inner.generations),
    position: () => asked('position', inner.position),
  }
}

export interface ReadModelFiles {
  /** Fresh read models in a file of their own. */
  readonly open: (clock: Clock) => Promise<ReadModelStore>
  readonly remove: () => Promise<void>
}

/** The tables are made once and copied, because making them takes longer than a whole run. */
export const readModelFiles = async (): Promise<ReadModelFiles> => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-simulation-'))
  const template = join(folder, 'template.sqlite')
  await (await openSqliteReadModels(template, { clock: () => '2027-01-10T12:00:00.000Z' })).close()
  let files = 0
  return {
    open: async (clock) => {
      files += 1
      const file = join(folder, `${files}.sqlite`)
      await copyFile(template, file)
      return openSqliteReadModels(file, { clock })
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
