import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, test } from 'vitest'
import { settledAt } from '@muster/event-store/expected'
import type { OpenFlag } from '@muster/flags/reconcile'
import { calm } from '@muster/flags/testing'
import { startFlagKeeper, type FlagKeeper, type FlagKeeperDeps } from './flag-keeper.ts'
import type { Reaction } from './reactions.ts'

const old: OpenFlag = {
  flag: 'unfilled:R9',
  kind: 'unfilled',
  family: 'gap',
  severity: 'warning',
  subject: { requirement: 'R9' },
  evidence: {},
  text: 'R9 is unfilled.',
}

describe('the keeper of flags', () => {
  let keeper: FlagKeeper | undefined
  afterEach(() => keeper?.stop())

  const started = (
    more: Partial<FlagKeeperDeps> = {},
  ): { readonly given: Reaction[]; readonly keeper: FlagKeeper; readonly failures: unknown[] } => {
    const given: Reaction[] = []
    const failures: unknown[] = []
    keeper = startFlagKeeper({
      store: { head: async () => settledAt(5), readAll: async function* () {} },
      give: async (reaction) => {
        given.push(reaction)
        return E.right(undefined)
      },
      situationAt: async () => undefined,
      openFlagsAt: async () => [],
      overdueAt: async () => [],
      clock: () => '2027-01-15T10:00:00.000Z',
      surroundings: {
        now: () => 0,
        random: () => 0,
        sleep: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      },
      onFailure: (error) => failures.push(error),
      ...more,
    })
    return { given, keeper, failures }
  }

  test('lets pledges expire whose day has passed', async () => {
    const { given, keeper: flags } = started({ overdueAt: async () => ['P-1'] })
    await flags.settle()
    expect(given).toMatchObject([{ type: 'ExpirePledge', data: { pledge: 'P-1', on: '2027-01-15' } }])
  })
  test('looks at what has expired as it is then, not as it was before', async () => {
    let head = 5
    const seen: number[] = []
    const { keeper: flags } = started({
      store: { head: async () => settledAt(head), readAll: async function* () {} },
      overdueAt: async () => ['P-1'],
      give: async () => {
        head = 6
        return E.right(undefined)
      },
      situationAt: async (position) => {
        seen.push(position)
        return undefined
      },
    })
    await flags.settle()
    expect(seen).toEqual([6])
  })
  test('finds nothing while no policy gives thresholds', async () => {
    const { given, keeper: flags } = started({ openFlagsAt: async () => [old] })
    await flags.settle()
    expect(given).toEqual([])
  })
  test('clears what is no longer found', async () => {
    const { given, keeper: flags } = started({ situationAt: async () => calm, openFlagsAt: async () => [old] })
    await flags.settle()
    expect(given).toMatchObject([{ type: 'ClearFlag', data: { flag: 'unfilled:R9' } }])
  })
  test('looks at the same moment with the same keys, so that a look repeated after a crash changes nothing', async () => {
    const { given, keeper: flags } = started({ situationAt: async () => calm, openFlagsAt: async () => [old] })
    await flags.settle()
    await flags.settle()
    expect(given[0]?.key).toBe(given[1]?.key)
  })
  test('fails a look when the log is out of reach, and looks again', async () => {
    let reachable = false
    const { keeper: flags } = started({
      situationAt: async () => calm,
      openFlagsAt: async () => [old],
      give: async () => (reachable ? E.right(undefined) : E.left({ _tag: 'Unavailable', message: 'down' })),
    })
    await expect(flags.settle()).rejects.toThrow('ClearFlag could not be given')
    reachable = true
    await expect(flags.settle()).resolves.toBeUndefined()
  })

  test('goes on watching after the store was away', async () => {
    const pauses: (() => void)[] = []
    let away = false
    let day = 10
    const { failures, given } = started({
      store: {
        head: async () => {
          if (away) throw new Error('away')
          return settledAt(5)
        },
        readAll: async function* () {},
      },
      situationAt: async () => calm,
      openFlagsAt: async () => [old],
      clock: () => `2027-01-${day}T10:00:00.000Z`,
      surroundings: {
        now: () => 0,
        random: () => 0,
        sleep: (_, signal) =>
          new Promise((resolve) => {
            pauses.push(resolve)
            signal.addEventListener('abort', () => resolve())
          }),
      },
    })
    const nextLook = async (): Promise<void> => {
      pauses.splice(0).forEach((end) => end())
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
    }
    await keeper?.settle()
    given.splice(0)
    away = true
    await nextLook()
    expect(failures).toEqual([new Error('away')])
    away = false
    day += 1
    // Once to see the log, once to see that it rests.
    await nextLook()
    await nextLook()
    expect(given.map(({ type }) => type)).toContain('ClearFlag')
    expect(failures).toHaveLength(1)
  })
})
