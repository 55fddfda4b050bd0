/**
 * Keeps the flag board true: when the log has been quiet for a moment, looks at the whole situation, raises what is found and
 * clears what is no longer found. It also lets pledges expire whose day has passed, because nobody else says so.
 */
import * as E from 'fp-ts/lib/Either.js'
import { derivedId } from '@muster/codec/event-id'
import { streamKind } from '@muster/event-store/event'
import type { SettledPosition } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { settledAt } from '@muster/event-store/expected'
import { detect } from '@muster/flags/detect'
import { reconcile, type OpenFlag } from '@muster/flags/reconcile'
import type { Situation } from '@muster/flags/situation'
import { dayOfInstant, type Clock, type Day } from '@muster/kernel/time'
import type { Surroundings } from '@muster/subscription/surroundings'
import { isPassing, type Give } from './give.ts'
import type { Reaction } from './reactions.ts'

export interface FlagKeeperDeps {
  readonly store: Pick<EventStore, 'head' | 'readAll'>
  readonly give: Give
  /** Undefined while no policy is in force: without thresholds there is nothing to find. */
  readonly situationAt: (position: number, today: Day) => Promise<Situation | undefined>
  readonly openFlagsAt: (position: number) => Promise<ReadonlyArray<OpenFlag>>
  /** Pledges that may no longer be counted on. */
  readonly overdueAt: (position: number, today: Day) => Promise<ReadonlyArray<string>>
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly onFailure: (error: unknown) => void
}

export interface FlagKeeper {
  /** Looks now at everything known, and resolves when the board is true of it. */
  readonly settle: () => Promise<void>
  readonly stop: () => Promise<void>
}

const LOOK_EVERY_MS = 500
/** A log that never rests is looked at all the same; a first import on a slow machine is over by then. */
const LONGEST_WAIT_MS = 60_000
const PAGE = 500

export const startFlagKeeper = (deps: FlagKeeperDeps): FlagKeeper => {
  const { store, clock, surroundings, onFailure } = deps
  const stopping = new AbortController()
  let settled = settledAt(0)
  let settledOn: Day | undefined
  let turn: Promise<void> = Promise.resolve()

  const settle = (): Promise<void> => {
    turn = turn.then(look, look)
    return turn
  }

  const look = async (): Promise<void> => {
    const position = await store.head()
    const today = dayOfInstant(clock())
    await keepBoard(deps, position, today)
    settled = position
    settledOn = today
  }

  const watch = async (): Promise<void> => {
    let seen = settledAt(0)
    let since = surroundings.now()
    const glance = async (): Promise<void> => {
      const head = await store.head()
      const isNewDay = settledOn !== undefined && settledOn !== dayOfInstant(clock())
      if (head === settled && !isNewDay) {
        since = surroundings.now()
        return
      }
      const quiet = head === seen
      seen = head
      if (!quiet && surroundings.now() - since < LONGEST_WAIT_MS) return
      since = surroundings.now()
      if (isNewDay || (await concernsFlags(store, settled))) await settle()
      else settled = head
    }
    while (!stopping.signal.aborted) {
      await surroundings.sleep(LOOK_EVERY_MS, stopping.signal)
      // A store that is away for a while must not end the watch.
      await glance().catch(onFailure)
    }
  }
  const watching = watch()

  return {
    settle,
    stop: async () => {
      stopping.abort()
      await watching
      await turn.catch(() => undefined)
    },
  }
}

/** Whether anything but the board's own events has happened since. */
const concernsFlags = async (store: Pick<EventStore, 'readAll'>, after: SettledPosition): Promise<boolean> => {
  for await (const page of store.readAll(after, { pageSize: PAGE, follow: false })) {
    if (page.events.some(({ stream }) => !['flag', 'subscription'].includes(streamKind(stream)))) return true
  }
  return false
}

const keepBoard = async (deps: FlagKeeperDeps, position: SettledPosition, today: Day): Promise<void> => {
  const { store, give, situationAt, openFlagsAt, overdueAt } = deps
  const expire = (await overdueAt(position, today)).map((pledge): Reaction => ({
    key: derivedId('ExpirePledge', pledge, today),
    type: 'ExpirePledge',
    data: { pledge, on: today },
  }))
  await giveAll(give, expire)
  // What has just expired is over: looked at as it was before, it would be a stale pledge for one glance.
  const known = expire.length === 0 ? position : await store.head()
  const situation = await situationAt(known, today)
  if (situation === undefined) return
  const changes = reconcile(await openFlagsAt(known), detect(situation))
  const at = `${known}:${today}`
  await giveAll(
    give,
    changes.map(({ type, ...data }): Reaction => ({ key: derivedId(type, data.flag, at), type, data })),
  )
}

/** All at once: they are decided apart and written together. */
const giveAll = async (give: Give, reactions: ReadonlyArray<Reaction>): Promise<void> => {
  await Promise.all(reactions.map((reaction) => giveOrThrow(give, reaction)))
}

/** A rule may refuse (the pledge was withdrawn meanwhile); only a log out of reach is a failure, and the next look tries again. */
const giveOrThrow = async (give: Give, reaction: Reaction): Promise<void> => {
  const given = await give(reaction, reaction.key)
  if (E.isLeft(given) && isPassing(given.left)) throw new Error(`${reaction.type} could not be given: ${given.left._tag}`)
}
