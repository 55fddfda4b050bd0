/**
 * Which projector fills which slots. In PostgreSQL a slot's checkpoint row carries a lease: the holder's name and until when it
 * holds. A page is taken only by the holder, in the same compare-and-set that moves the checkpoint, so whoever lost its lease
 * (killed, paused, cut off) can write nothing any more, even when it wakes up in the middle of a page. A lease needs no open
 * session, ends by the database's own clock, and so outlives neither a killed holder nor a silent one.
 */
import { holes, NOW_IN_POSTGRES, type Holder } from './checkpoints.ts'
import type { RowStore } from './store/row-store.ts'

export interface Leases {
  /** Goes into the target of whoever fills slots under these leases. */
  readonly holder: Holder | undefined
  /** Says that this projector is alive; how many are, itself among them. */
  readonly attend: () => Promise<number>
  /** Takes these slots unless one of them is another's: all or none. */
  readonly claim: (generation: number, checkpoints: ReadonlyArray<string>) => Promise<boolean>
  /** Prolongs what is held; the names of all that is held still. */
  readonly renew: (generation: number) => Promise<ReadonlySet<string>>
  /** Takes every slot of a generation from whoever fills it, after the page it is at: the generation rests. */
  readonly seize: (generation: number) => Promise<void>
  readonly release: (generation: number, checkpoints: ReadonlyArray<string>) => Promise<void>
  /** Attends no more. */
  readonly leave: () => Promise<void>
}

/** A file has one machine and, but for a moment of carelessness, one projector: compare-and-set is enough, and nobody waits for anybody. */
const withoutLeases = (): Leases => {
  const held = new Map<number, Set<string>>()
  const heldIn = (generation: number): Set<string> => {
    const names = held.get(generation) ?? new Set()
    held.set(generation, names)
    return names
  }
  return {
    holder: undefined,
    attend: async () => 1,
    claim: async (generation, checkpoints) => {
      for (const name of checkpoints) heldIn(generation).add(name)
      return true
    },
    renew: async (generation) => heldIn(generation),
    seize: async () => undefined,
    release: async (generation, checkpoints) => {
      for (const name of checkpoints) heldIn(generation).delete(name)
    },
    leave: async () => undefined,
  }
}

const postgresLeases = (store: RowStore, holder: Holder): Leases => {
  const { name, silenceMs } = holder
  const execute = (statement: string, parameters: ReadonlyArray<string | number>): Promise<number> =>
    store.transaction((transaction) => transaction.execute(statement, parameters))
  const query = (statement: string, parameters: ReadonlyArray<string | number>) =>
    store.transaction((transaction) => transaction.query(statement, parameters))

  return {
    holder,
    attend: async () => {
      const [row] = await query(
        `with present as (
           insert into "projector" ("name", "until") values ($1, ${NOW_IN_POSTGRES} + $2)
             on conflict ("name") do update set "until" = excluded."until"
         ), gone as (
           delete from "projector" where "until" <= ${NOW_IN_POSTGRES} and "name" <> $3
         )
         select count(*) as "others" from "projector" where "until" > ${NOW_IN_POSTGRES} and "name" <> $4`,
        [name, silenceMs, name, name],
      )
      return Number(row?.['others'] ?? 0) + 1
    },
    // Whoever moves a checkpoint at this moment is alive, so rows that are locked are not waited for.
    claim: async (generation, checkpoints) => {
      const count = await execute(
        `with free as (
           select "name" from "checkpoint"
             where ("holder" is null or "holder" = $1 or "heldUntil" <= ${NOW_IN_POSTGRES})
               and "generation" = $2 and "name" in (${holes(5, checkpoints.length)})
             for update skip locked
         )
         update "checkpoint" as c set "holder" = $3, "heldUntil" = ${NOW_IN_POSTGRES} + $4 from free
           where c."generation" = $2 and c."name" = free."name" and (select count(*) from free) = ${checkpoints.length}`,
        [name, generation, name, silenceMs, ...checkpoints],
      )
      return count === checkpoints.length
    },
    renew: async (generation) => {
      await execute(
        `with mine as (
           select "name" from "checkpoint" where "generation" = $1 and "holder" = $2 for update skip locked
         )
         update "checkpoint" as c set "heldUntil" = ${NOW_IN_POSTGRES} + $3 from mine
           where c."generation" = $1 and c."name" = mine."name"`,
        [generation, name, silenceMs],
      )
      const rows = await query('select "name" from "checkpoint" where "generation" = $1 and "holder" = $2', [generation, name])
      return new Set(rows.map((row) => String(row['name'])))
    },
    // One row at a time: holding one while waiting for the next could meet a page that does the same the other way round.
    seize: async (generation) => {
      const rows = await query('select "name" from "checkpoint" where "generation" = $1 order by "name"', [generation])
      for (const row of rows) {
        await execute(
          `update "checkpoint" set "holder" = $1, "heldUntil" = ${NOW_IN_POSTGRES} + $2 where "generation" = $3 and "name" = $4`,
          [name, silenceMs, generation, String(row['name'])],
        )
      }
    },
    release: async (generation, checkpoints) => {
      if (checkpoints.length === 0) return
      await execute(
        `update "checkpoint" set "holder" = null, "heldUntil" = null
          where "holder" = $1 and "generation" = $2 and "name" in (${holes(3, checkpoints.length)})`,
        [name, generation, ...checkpoints],
      )
    },
    leave: async () => {
      await execute('delete from "projector" where "name" = $1', [name])
    },
  }
}

/** `name` must be that of one projector process alone, and new each time it starts. */
export const leasesIn = (store: RowStore, holder: Holder): Leases =>
  store.dialect === 'postgres' ? postgresLeases(store, holder) : withoutLeases()
