/**
 * Generations: whole sets of tables that live side by side. One is in force; a second one may fill beside it from the
 * start of the log, be compared with it row by row, and take its place. The old one stays until it is dropped, so that
 * going back is one command.
 */
import type { Clock } from '@muster/kernel/time'
import { checkpointsOf, SLOTS } from './slots.ts'
import { alone } from './store/migrations.ts'
import type { RowStore, WriteTransaction } from './store/row-store.ts'
import { createGeneration, dropGeneration, projectionVersion } from './store/schema.ts'

export type GenerationState = 'current' | 'filling' | 'retired'

export interface Generation {
  readonly id: number
  /** Version of the projections that fill it. */
  readonly version: string
  readonly state: GenerationState
  readonly createdAt: string
  readonly swappedAt: string | null
  /** The lowest of its checkpoints: everything up to here is in its rows. */
  readonly position: number
  /** Over how many slots its streams are spread; fixed when it is made. */
  readonly slots: number
}

export type GenerationRefusal =
  | { readonly _tag: 'NoSuchGeneration'; readonly generation: number }
  /** It must have got at least as far as the one in force, else readers would go back in time. */
  | { readonly _tag: 'BehindCurrent'; readonly position: number; readonly current: number }
  | { readonly _tag: 'NothingToRollBackTo' }

const stateOf = (text: unknown): GenerationState => (text === 'current' || text === 'filling' ? text : 'retired')

const SELECT = `select g."id", g."version", g."state", g."createdAt", g."swappedAt", min(c."position") as "position", count(c."name") as "slots"
  from "generation" g left join "checkpoint" c on c."generation" = g."id"
  group by g."id", g."version", g."state", g."createdAt", g."swappedAt" order by g."id"`

export const generationsIn = async (from: Pick<RowStore, 'query'>): Promise<ReadonlyArray<Generation>> =>
  (await from.query(SELECT)).map((row) => ({
    id: Number(row['id']),
    version: String(row['version']),
    state: stateOf(row['state']),
    createdAt: String(row['createdAt']),
    swappedAt: typeof row['swappedAt'] === 'string' ? row['swappedAt'] : null,
    position: Number(row['position'] ?? 0),
    slots: Number(row['slots']),
  }))

const create = async (
  store: RowStore,
  transaction: WriteTransaction,
  id: number,
  state: GenerationState,
  clock: Clock,
): Promise<void> => {
  for (const statement of createGeneration(store.dialect, id)) await transaction.execute(statement)
  await transaction.execute('insert into "generation" ("id", "version", "state", "createdAt") values ($1, $2, $3, $4)', [
    id,
    projectionVersion,
    state,
    clock(),
  ])
  for (const name of checkpointsOf(SLOTS[store.dialect])) {
    await transaction.execute('insert into "checkpoint" ("generation", "name", "position") values ($1, $2, $3)', [id, name, 0])
  }
}

const inForce = async (from: Pick<RowStore, 'query'>): Promise<Generation | undefined> =>
  (await generationsIn(from)).find(({ state }) => state === 'current')

/** The generation in force; an empty store gets its first one. */
export const ensureCurrent = async (store: RowStore, clock: Clock): Promise<Generation> =>
  (await inForce(store)) ??
  store.transaction(async (transaction) => {
    await alone(store.dialect, transaction)
    const before = await inForce(transaction)
    if (before) return before
    await create(store, transaction, 1, 'current', clock)
    return {
      id: 1,
      version: projectionVersion,
      state: 'current' as const,
      createdAt: clock(),
      swappedAt: null,
      position: 0,
      slots: SLOTS[store.dialect],
    }
  })

/** A new, empty generation beside the one in force; one that is filling already with this version goes on instead. */
export const beginRebuild = (store: RowStore, clock: Clock): Promise<number> =>
  store.transaction(async (transaction) => {
    await alone(store.dialect, transaction)
    const known = await generationsIn(transaction)
    const filling = known.find(({ state, version }) => state === 'filling' && version === projectionVersion)
    if (filling) return filling.id
    for (const stale of known.filter(({ state }) => state === 'filling')) await drop(transaction, stale.id)
    const id = Math.max(0, ...known.map((generation) => generation.id)) + 1
    await create(store, transaction, id, 'filling', clock)
    return id
  })

/** Checkpoints go first: a page under way is waited for, and the next finds no place to begin. */
const drop = async (transaction: WriteTransaction, id: number): Promise<void> => {
  await transaction.execute('delete from "checkpoint" where "generation" = $1', [id])
  for (const statement of dropGeneration(id)) await transaction.execute(statement)
  await transaction.execute('delete from "generation" where "id" = $1', [id])
}

const setState = (transaction: WriteTransaction, id: number, state: GenerationState, at: string): Promise<number> =>
  transaction.execute('update "generation" set "state" = $1, "swappedAt" = $2 where "id" = $3', [state, at, id])

/** Puts a filled generation in force; the one before is kept as it is. */
export const swapTo = (store: RowStore, id: number, clock: Clock): Promise<GenerationRefusal | undefined> =>
  store.transaction(async (transaction) => {
    await alone(store.dialect, transaction)
    const known = await generationsIn(transaction)
    const next = known.find((generation) => generation.id === id)
    if (next === undefined) return { _tag: 'NoSuchGeneration', generation: id }
    const current = known.find(({ state }) => state === 'current')
    if (current?.id === id) return undefined
    if (current !== undefined && next.position < current.position) {
      return { _tag: 'BehindCurrent', position: next.position, current: current.position }
    }
    if (current !== undefined) await setState(transaction, current.id, 'retired', clock())
    await setState(transaction, id, 'current', clock())
    return undefined
  })

/**
 * Puts the generation before back in force. It goes on from its own checkpoint, so readers may see an older position
 * until it has caught up; reads with `minPosition` wait for it.
 */
export const rollBack = (store: RowStore, clock: Clock): Promise<GenerationRefusal | undefined> =>
  store.transaction(async (transaction) => {
    await alone(store.dialect, transaction)
    const known = await generationsIn(transaction)
    const current = known.find(({ state }) => state === 'current')
    const previous = known.filter(({ state }) => state === 'retired').at(-1)
    if (current === undefined || previous === undefined) return { _tag: 'NothingToRollBackTo' }
    await setState(transaction, current.id, 'retired', clock())
    await setState(transaction, previous.id, 'current', clock())
    return undefined
  })

/** Frees the tables of every generation that is neither in force nor filling. */
export const dropRetired = (store: RowStore): Promise<ReadonlyArray<number>> =>
  store.transaction(async (transaction) => {
    await alone(store.dialect, transaction)
    const retired = (await generationsIn(transaction)).filter(({ state }) => state === 'retired').map(({ id }) => id)
    for (const id of retired) await drop(transaction, id)
    return retired
  })
