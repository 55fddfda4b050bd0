import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker, OutgoingMessage } from '@muster/broker/broker'
import { memoryBroker } from '@muster/broker/memory'
import { sendAll, until } from '@muster/broker/testing'
import { eventsTopic } from '@muster/contracts/integration/topics'
import { startReporter } from './reporter.ts'
import { openReportStore, type ReportStore } from './store.ts'
import { amended, funded, messageOf, pledgedBy, reported, submitted, withdrawn, withheld, type Sequenced } from './testing.ts'

describe('the report', () => {
  let folder: string
  let broker: Broker
  let store: ReportStore

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-reporter-'))
    broker = memoryBroker()
    await broker.ensureTopics([eventsTopic])
    store = openReportStore(join(folder, 'report.sqlite'))
  })
  afterEach(async () => {
    await broker.close()
    store.close()
    await rm(folder, { recursive: true, force: true })
  })

  const send = async (...messages: ReadonlyArray<OutgoingMessage>): Promise<void> => {
    const producer = broker.producer()
    await sendAll(producer, eventsTopic.name, messages)
    await producer.close()
  }
  const readSoFar = (): number => store.report().read.reduce((sum, { offset }) => sum + offset + 1, 0)
  /** Reads until so many messages have been taken in, and ends. */
  const taken = async (count: number) => {
    const consumer = await startReporter(broker, store)
    await until(`${count} messages`, () => readSoFar() >= count)
    await consumer.stop()
    return store.report()
  }
  const story = (key: string, ...events: ReadonlyArray<Sequenced['event']>): ReadonlyArray<OutgoingMessage> =>
    events.map((event, sequence) => messageOf({ key, sequence, event }))

  test('counts what stands, in units and in money, and who was present', async () => {
    await send(
      ...story('pledge-A', submitted('A', 'NPL', 'INF-BN', 2), amended('A', 'NPL', 'INF-BN', 3)),
      ...story('pledge-B', submitted('B', 'NPL', 'INF-BN', 1)),
      ...story('pledge-C', submitted('C', 'RWA', 'INF-BN', 9), withdrawn('C')),
      ...story('pledge-D', funded('D', 'RWA', '1000', 'EUR')),
      ...story('pledge-E', funded('E', 'RWA', '500', 'USD')),
      ...story('strength-UNMISS-NPL', reported('UNMISS', 'NPL', '2027-01', 10), reported('UNMISS', 'NPL', '2027-01', 20)),
      ...story('strength-UNMISS-RWA', reported('UNMISS', 'RWA', '2027-01', 5)),
    )
    const { pledged, present, leftOut } = await taken(10)
    expect(pledged).toEqual([
      { contributor: 'NPL', capability: 'INF-BN', currency: null, pledges: 2, quantity: 4 },
      { contributor: 'RWA', capability: 'FUNDING', currency: 'EUR', pledges: 1, quantity: 1000 },
      { contributor: 'RWA', capability: 'FUNDING', currency: 'USD', pledges: 1, quantity: 500 },
    ])
    expect(present).toEqual([{ mission: 'UNMISS', month: '2027-01', contributors: 2, persons: 27 }])
    expect(leftOut).toEqual([])
  })

  test('forgets a record that is withheld, and takes it up again when its terms are told anew', async () => {
    const told = story(
      'pledge-A',
      submitted('A', 'NPL', 'INF-BN', 2),
      withheld('A'),
      withheld('A'),
      amended('A', 'NPL', 'INF-BN', 5),
    )
    await send(...told.slice(0, 3))
    expect((await taken(3)).pledged).toEqual([])
    await send(...told.slice(3))
    expect((await taken(4)).pledged).toMatchObject([{ quantity: 5 }])
  })

  test('skips types and headers it does not know', async () => {
    const [known] = story('pledge-A', submitted('A', 'NPL', 'INF-BN', 2))
    if (known === undefined) throw new Error('no message')
    await send(
      { ...known, headers: { ...known.headers, ce_type: 'muster.pledge.praised.v1' }, value: Buffer.from('?') },
      { ...known, headers: { ...known.headers, ce_novelty: 'x' } },
    )
    expect(await taken(2)).toMatchObject({ pledged: [{ quantity: 2 }], leftOut: [] })
  })

  test('leaves a record out, and says so, of which a message cannot be read; the others go on', async () => {
    const [first, second] = story('pledge-A', submitted('A', 'NPL', 'INF-BN', 2), amended('A', 'NPL', 'INF-BN', 3))
    const [other] = story('pledge-B', submitted('B', 'NPL', 'INF-BN', 1))
    if (first === undefined || second === undefined || other === undefined) throw new Error('no messages')
    const third = messageOf({ key: 'pledge-A', sequence: 2, event: amended('A', 'NPL', 'INF-BN', 4) })
    await send(first, { ...second, value: Buffer.from('{broken') }, third, other, { ...other, headers: {} })
    const report = await taken(5)
    expect(report.pledged).toMatchObject([{ contributor: 'NPL', pledges: 1, quantity: 1 }])
    expect(report.leftOut).toMatchObject([
      { key: expect.stringMatching(/^muster\.events\/\d@\d$/), reason: 'the header ce_type is missing' },
      { key: 'pledge-A', reason: 'the value is not JSON' },
    ])
  })

  test('begins at the first message again with a new database, and nowhere else', async () => {
    await send(...story('pledge-A', submitted('A', 'NPL', 'INF-BN', 2)))
    const before = await taken(1)
    store.close()
    store = openReportStore(join(folder, 'report.sqlite'))
    expect(store.report()).toEqual(before)
    store.close()
    store = openReportStore(join(folder, 'another.sqlite'))
    expect(store.report().read).toEqual([])
    expect(await taken(1)).toEqual(before)
  })

  test('is what a reader by hand would make of it, whatever comes again and with whoever joins and leaves', async () => {
    const change = fc.record({
      pledge: fc.constantFrom('A', 'B', 'C', 'D'),
      what: fc.constantFrom('amended', 'amended', 'withdrawn', 'withheld'),
      quantity: fc.integer({ min: 1, max: 9 }),
      again: fc.integer({ min: 0, max: 30 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 60 }), async (changes) => {
        const world = memoryBroker()
        await world.ensureTopics([eventsTopic])
        const reading = openReportStore(':memory:')
        const sequences = new Map<string, number>()
        const standing = new Map<string, { contributor: string; capability: string; quantity: number }>()
        const sent: OutgoingMessage[] = []
        for (const { pledge, what, quantity, again } of changes) {
          const sequence = sequences.get(pledge) ?? 0
          sequences.set(pledge, sequence + 1)
          const [contributor, capability] = [pledge < 'C' ? 'NPL' : 'RWA', pledge === 'A' ? 'INF-BN' : 'INF-CO']
          const event =
            what === 'withdrawn'
              ? withdrawn(pledge)
              : what === 'withheld'
                ? withheld(pledge)
                : sequence === 0
                  ? submitted(pledge, contributor, capability, quantity)
                  : amended(pledge, contributor, capability, quantity)
          if (what === 'amended') standing.set(pledge, { contributor, capability, quantity })
          else standing.delete(pledge)
          sent.push(messageOf({ key: `pledge-${pledge}`, sequence, event }))
          // A relay that has died tells a page again; a sender that was cut off may come back with any of it.
          if (again < 20) sent.push(...sent.slice(again, again + 5))
        }
        const producer = world.producer()
        const steady = await startReporter(world, reading)
        for (let start = 0; start < sent.length; start += 7) {
          const guest = await startReporter(world, reading)
          await sendAll(producer, eventsTopic.name, sent.slice(start, start + 7))
          await guest.stop()
        }
        const total = (): number => reading.report().read.reduce((sum, { offset }) => sum + offset + 1, 0)
        await until('everything read', () => total() === sent.length)
        await steady.stop()
        expect(reading.report().pledged).toEqual(pledgedBy(standing.values()))
        await world.close()
        reading.close()
      }),
      { numRuns: 60 },
    )
  })
})
