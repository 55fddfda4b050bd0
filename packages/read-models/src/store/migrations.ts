/**
 * The tables that outlive generations, step by step. Steps are only ever added: those of a running installation have been
 * taken and are remembered. Tables of generations need none: another description of them is another generation.
 */
import type { Dialect } from '../read-models.ts'
import type { RowStore, WriteTransaction } from './row-store.ts'
import { createMeta } from './schema.ts'

interface Migration {
  readonly name: string
  readonly statements: (dialect: Dialect) => ReadonlyArray<string>
}

const migrations: ReadonlyArray<Migration> = [
  { name: '1 generations and checkpoints', statements: createMeta },
  {
    name: '2 leases of projectors',
    statements: (dialect) =>
      dialect === 'sqlite'
        ? []
        : [
            'alter table "checkpoint" add column "holder" text, add column "heldUntil" bigint',
            'create table "projector" ("name" text primary key, "until" bigint not null)',
          ],
  },
]

const taken = async (from: Pick<RowStore | WriteTransaction, 'query'>): Promise<ReadonlySet<string>> =>
  new Set((await from.query('select "name" from "migration"')).map((row) => String(row['name'])))

/** Several processes may open at once: one migrates or changes generations, the others wait for it. Any number will do, as long as it is the same. */
const GATE = 7_301_126

/** One process at a time; in SQLite every transaction that writes is alone anyway. */
export const alone = async (dialect: Dialect, transaction: WriteTransaction): Promise<void> => {
  if (dialect === 'postgres') await transaction.query(`select pg_advisory_xact_lock(${GATE})`)
}

/** Takes the steps that were not taken. Whoever finds them all taken only reads, and needs no right to do more. */
export const migrate = async (store: RowStore): Promise<void> => {
  // Before the first step there is no table to ask; whatever else is wrong shows again just below.
  const known = await taken(store).catch(() => new Set())
  if (migrations.every(({ name }) => known.has(name))) return
  await store.transaction(async (transaction) => {
    await alone(store.dialect, transaction)
    await transaction.execute('create table if not exists "migration" ("name" text primary key)')
    const done = await taken(transaction)
    for (const { name, statements } of migrations.filter((each) => !done.has(each.name))) {
      for (const statement of statements(store.dialect)) await transaction.execute(statement)
      await transaction.execute('insert into "migration" ("name") values ($1)', [name])
    }
  })
}
