/** The process managers of the engine in one: plans, proposals and capacity, flags. */
import * as E from 'fp-ts/lib/Either.js'
import type { CommandHandler } from '@muster/command-handler/handler'
import type { OpenFlag } from '@muster/flags/reconcile'
import type { EventStore } from '@muster/event-store/event-store'
import type { Clock } from '@muster/kernel/time'
import type { ReadModelStore } from '@muster/read-models/open'
import { standingFlags } from '@muster/read-models/queries/flags'
import type { FlagView } from '@muster/read-models/queries/answers'
import { allCapabilities } from '@muster/read-models/queries/ground'
import { overduePledges } from '@muster/read-models/queries/overdue'
import { proposalTermsAt } from '@muster/read-models/queries/pledge-units'
import { planInForce } from '@muster/read-models/queries/plans'
import { problemAt } from '@muster/read-models/queries/problem'
import { situationAt } from '@muster/read-models/queries/situation'
import { reactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import type { StandingBy } from '@muster/subscription/standby'
import type { SubscriptionStatus } from '@muster/subscription/status'
import type { Surroundings } from '@muster/subscription/surroundings'
import { startFlagKeeper, type FlagKeeper } from './flag-keeper.ts'
import { giveThrough } from './give.ts'
import { keeper } from './keeper.ts'
import { planner } from './planner.ts'
import { startReactor, type ReactorOptions } from './reactor.ts'
import { solveInWorker } from './solver.ts'

export interface AllocatorDeps {
  readonly store: EventStore
  readonly readModels: ReadModelStore
  readonly handler: Pick<CommandHandler, 'handle'>
  /** Resolves when the read models have taken everything up to a position; rejects when that takes too long. */
  readonly reached: (position: number) => Promise<void>
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly onFailure: (error: unknown) => void
}

export interface Allocator {
  readonly status: () => Promise<ReadonlyArray<SubscriptionStatus>>
  /** Resolves when the flag board is true of everything known now. */
  readonly settleFlags: FlagKeeper['settle']
  readonly stop: () => Promise<void>
}

export const startAllocator = async (deps: AllocatorDeps): Promise<Allocator> => {
  const { store, readModels, handler, reached, clock, surroundings, onFailure } = deps
  const give = giveThrough(handler)
  const reactor = (name: string, kinds: ReadonlyArray<string>, react: ReactorOptions['react']): StandingBy =>
    startReactor({ name, kinds, store, checkpoint: reactorCheckpoint(readModels.rows, name), clock, surroundings, react })

  const plans = reactor(
    'planner',
    ['plan'],
    planner({
      give,
      solve: solveInWorker,
      fold: async ({ basis, from, to }, asOf) => {
        await reached(asOf)
        const folded = await problemAt(readModels, { asOf, basis, horizon: { from, to } })
        return E.isLeft(folded) ? E.left(folded.left.message) : folded
      },
    }),
  )
  const keep = keeper({
    store,
    give,
    lookupsFor: async ({ inputsPosition: asOf, problem: { decidedAt }, solution: { assignments } }) => {
      const categories = new Map((await allCapabilities(readModels, { asOf })).map(({ id, category }) => [id, category]))
      return {
        termsOf: await proposalTermsAt(readModels, { asOf, decidedAt, assignments }),
        categoryOf: (capability) => categories.get(capability),
      }
    },
    approvedBefore: async (position) => {
      const before = await planInForce(readModels, { asOf: position - 1 })
      return before === undefined ? [] : [before.id]
    },
  })
  const capacity = reactor('keeper', ['plan', 'commitment'], async (event, recorded) => {
    await reached(recorded.position)
    return keep(event, recorded)
  })
  const flags = startFlagKeeper({
    store,
    give,
    clock,
    surroundings,
    onFailure,
    situationAt: async (asOf, today) => {
      await reached(asOf)
      return situationAt(readModels, { asOf, today })
    },
    openFlagsAt: async (asOf) => {
      await reached(asOf)
      return (await standingFlags(readModels, { asOf })).map(findingOf)
    },
    overdueAt: async (asOf, day) => {
      await reached(asOf)
      return overduePledges(readModels, { asOf, day })
    },
  })

  return {
    status: () => Promise.all([plans.status(), capacity.status()]),
    settleFlags: flags.settle,
    stop: async () => {
      await Promise.all([plans.stop(), capacity.stop(), flags.stop()])
    },
  }
}

/** The flag as it was last raised, without what became of it. */
const findingOf = (flag: FlagView): OpenFlag => ({
  flag: flag.id,
  kind: flag.kind,
  family: flag.family,
  severity: flag.severity,
  subject: {
    ...(flag.mission === null ? {} : { mission: flag.mission }),
    ...(flag.contributor === null ? {} : { contributor: flag.contributor }),
    ...(flag.capability === null ? {} : { capability: flag.capability }),
    ...(flag.requirement === null ? {} : { requirement: flag.requirement }),
    ...(flag.pledge === null ? {} : { pledge: flag.pledge }),
    ...(flag.commitment === null ? {} : { commitment: flag.commitment }),
    ...(flag.dimension === null ? {} : { dimension: flag.dimension }),
  },
  evidence: flag.evidence,
  text: flag.text,
  ...(flag.from === null ? {} : { from: flag.from }),
  ...(flag.to === null ? {} : { to: flag.to }),
})
