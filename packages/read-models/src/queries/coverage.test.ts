/** What counts as pledged and is offered to a plan, on both databases. Synthetic throughout. */
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DomainEvent } from '@muster/contracts/events'
import { wholeLog } from '../slots.ts'
import { pledgeSubmitted, requirementIssued } from '../testing/events.ts'
import { logOf } from '../testing/log.ts'
import { servers, type TestServer } from '../testing/stores.ts'
import { EVERYTHING, type Visibility } from '../visibility.ts'
import { coverage } from './coverage.ts'
import { allCapabilities } from './ground.ts'
import { pledgeParts } from './problem-pledges.ts'

const reporting: Visibility = { all: false, contributor: null, organisations: [] }
const kit = pledgeSubmitted('P-kit', { quantity: 4, classification: 'unclassified' })
const unit = pledgeSubmitted('P-unit', {
  contributor: 'RWA',
  quantity: 3,
  derivedFrom: 'P-kit',
  classification: 'unclassified',
})
const battalion: DomainEvent = {
  type: 'CapabilityDefined',
  capability: 'INF-BN',
  name: 'Infantry battalion',
  category: 'infantry',
  dimension: 'personnel',
  measure: 'standing',
  unit: 'battalion',
  divisible: false,
  source: 'synthetic',
}
const other = pledgeSubmitted('P-other', { quantity: 1, classification: 'unclassified' })

describe.each(servers)('what is pledged, on %s', (_name, start) => {
  let server: TestServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())

  /** Contributions offered to a plan, after all events. */
  const offeredAfter = async (events: ReadonlyArray<DomainEvent>): Promise<ReadonlyArray<string>> => {
    const log = logOf([battalion, requirementIssued('UNMISS', 'R1'), ...events])
    const store = await (await server.fresh()).open()
    const last = log.at(-1)?.position ?? 0
    const applied = await store.apply(
      { generation: 1, checkpoints: wholeLog(store.dialect) },
      { after: 0, events: log, through: last },
    )
    if (E.isLeft(applied)) throw new Error(`the events were not taken: ${applied.left._tag}`)
    const horizon = { from: '2027-01-01', to: '2028-01-01' }
    const catalogue = new Map((await allCapabilities(store, { asOf: last })).map((row) => [row.id, row]))
    const { offers } = await pledgeParts(store, { asOf: last, horizon, decidedAt: horizon.from, catalogue })
    await store.close()
    return offers.map(({ id }) => id)
  }

  /** Pledged battalions of a mission, after each of the events. */
  const pledgedAfterEach = async (
    events: ReadonlyArray<DomainEvent>,
    visibility: Visibility = EVERYTHING,
    mission = 'UNMISS',
  ): Promise<ReadonlyArray<number | undefined>> => {
    const ground = ['UNMISS', 'MINUSCA'].map((id) => requirementIssued(id, `R-${id}`))
    const log = logOf([...ground, ...events])
    const store = await (await server.fresh()).open()
    const checkpoints = wholeLog(store.dialect)
    const applied = await store.apply(
      { generation: 1, checkpoints },
      { after: 0, events: log, through: log.at(-1)?.position ?? 0 },
    )
    if (E.isLeft(applied)) throw new Error(`the events were not taken: ${applied.left._tag}`)
    const figures = []
    for (const { position } of log.slice(ground.length)) {
      const filter = { mission, capability: 'INF-BN', first: '2027-03', last: '2027-03' }
      const { items } = await coverage(store, { asOf: position, visibility, filter, limit: 10 })
      figures.push(items[0]?.pledged)
    }
    await store.close()
    return figures
  }

  test('kit and the unit that another pledge makes of it count once, as the unit, as long as the unit is on offer', async () => {
    const withdrawn: DomainEvent = { type: 'PledgeWithdrawn', pledge: 'P-unit', reason: 'over', on: '2027-02-01' }
    expect(await pledgedAfterEach([kit, other, unit, withdrawn])).toEqual([4, 5, 4, 5])
  })

  test('a unit for one mission takes the kit from all others too', async () => {
    const earmarked = { ...unit, earmark: ['UNMISS'] }
    expect(await pledgedAfterEach([kit, earmarked])).toEqual([4, 3])
    expect(await pledgedAfterEach([kit, earmarked], EVERYTHING, 'MINUSCA')).toEqual([4, 0])
  })

  test('money that comes from a pledge of kit leaves the kit on offer', async () => {
    const amount = { amount: '100', currency: 'USD' }
    const money = { ...unit, capability: 'FUNDING', quantity: undefined, persons: undefined, amount }
    expect(await pledgedAfterEach([kit, money])).toEqual([4, 4])
    expect(await offeredAfter([kit, money])).toContain('P-kit')
    expect(await offeredAfter([kit, unit])).toEqual(['P-unit'])
  })

  test('a unit that a reader may not see takes no kit from its figures', async () => {
    expect(await pledgedAfterEach([kit, { ...unit, classification: 'confidential' }], reporting)).toEqual([4, 4])
    expect(await pledgedAfterEach([kit, unit], reporting)).toEqual([4, 3])
  })
})
