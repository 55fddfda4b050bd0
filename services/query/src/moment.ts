/** Of which moment an answer speaks: the head of the read models, or a position or time that the reader names. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { problem, type Problem } from '@muster/http/problem'
import { settledAt } from '@muster/event-store/expected'
import type { QueryDeps } from './deps.ts'

/** Goes out with every answer as `asOf`. */
export interface Moment {
  readonly position: number
  /** When the event at this position was recorded; null before the first one. */
  readonly time: string | null
}

const Position = z.string().regex(/^\d{1,15}$/, 'a position of the log')

/** A position, an instant, or a day, which means its end. */
export const AsOfParameter = z
  .union(
    [Position, z.iso.datetime({ offset: true }), z.iso.date()],
    'a position of the log, a day or an instant such as 2027-03-01T12:00:00Z',
  )
  .describe('What was known then: a position, an instant, or a day (to its end)')
export const MinPositionParameter = Position.describe('Wait until this position can be seen (at most 2 s), then answer')

export interface MomentQuery {
  readonly asOf?: string | undefined
  readonly minPosition?: string | undefined
}

const PATIENCE_MS = 2_000
const POLL_MS = 10

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

/** The position of the read models once it has reached `wanted`; undefined when that takes longer than two seconds. */
const reached = async ({ readModels }: Pick<QueryDeps, 'readModels'>, wanted: number): Promise<number | undefined> => {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const position = await readModels.position()
    if (position >= wanted) return position
    if (performance.now() >= deadline) return undefined
    await pause(POLL_MS)
  }
}

const notReached = (wanted: number): Problem =>
  problem('position-not-reached', {
    detail: `Position ${wanted} cannot be seen yet; ask again in a moment.`,
    headers: { 'retry-after': '1' },
  })

const instantOf = (asOf: string): string => new Date(asOf.length === 10 ? `${asOf}T23:59:59.999Z` : asOf).toISOString()

/** `fixed` is the position of an earlier page, when this is a later one. */
export const momentOf = async (
  deps: Pick<QueryDeps, 'readModels' | 'store'>,
  { asOf, minPosition }: MomentQuery,
  fixed?: number,
): Promise<E.Either<Problem, Moment>> => {
  const named = fixed ?? (asOf !== undefined && /^\d+$/.test(asOf) ? Number(asOf) : undefined)
  const wanted = Math.max(named ?? 0, minPosition === undefined ? 0 : Number(minPosition))
  const head = await reached(deps, wanted)
  if (head === undefined) return E.left(notReached(wanted))
  const position = named ?? (asOf === undefined ? head : Math.min(head, await deps.store.positionAt(instantOf(asOf))))
  // Positions are minted by the store; one that has been reached is one of them.
  return E.right({ position, time: (await timeOf(deps, position)) ?? null })
}

const timeOf = async ({ store }: Pick<QueryDeps, 'store'>, position: number): Promise<string | undefined> =>
  position === 0 ? undefined : store.timeOf(settledAt(position))
