import { CloudEvent, Kafka } from 'cloudevents'
import { setTimeout as sleep } from 'node:timers/promises'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, test } from 'vitest'
import { derivedId } from '@muster/codec/event-id'
import type { PledgeTerms } from '@muster/contracts/pledging'
import { memoryBroker } from '@muster/broker/memory'
import { until } from '@muster/broker/testing'
import { IntegrationHeaders, integrationSchemas, isIntegrationType } from '@muster/contracts/integration/events'
import { memoryEventStore } from '@muster/event-store/memory'
import { parkingIn, releaseStream } from '@muster/subscription/parking'
import { systemSurroundings, type Surroundings } from '@muster/subscription/surroundings'
import { openRelay, RELAY, type Relay } from './relay.ts'
import {
  amended,
  append,
  dataOf,
  faulty,
  memoryCheckpoint,
  proposed,
  sequenceOf,
  submitted,
  typeOf,
  upTo,
  withoutRepeats,
} from './testing.ts'

const clock = () => '2027-01-01T12:00:00.000Z'
/** Real time, but nobody waits long. */
const hasty: Surroundings = {
  ...systemSurroundings,
  sleep: (milliseconds, signal) => systemSurroundings.sleep(Math.min(milliseconds, 20), signal),
}

const open: Relay[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((relay) => relay.stop()))
})

const house = () => {
  const store = memoryEventStore({ clock })
  const broker = faulty(memoryBroker())
  const checkpoint = memoryCheckpoint()
  const start = async (): Promise<Relay> => {
    const relay = await openRelay({ store, broker, checkpoint, clock, surroundings: hasty })
    if (E.isLeft(relay)) throw new Error(relay.left)
    open.push(relay.right)
    return relay.right
  }
  const caughtUp = (): Promise<void> =>
    until('the relay at the head of the log', async () => (await checkpoint.position()) >= (await store.head()))
  /** Runs a relay until everything that can be told has been told. */
  const relayed = async () => {
    const relay = await start()
    await caughtUp()
    await relay.stop()
    return broker.written
  }
  return { store, broker, checkpoint, start, caughtUp, relayed }
}

const typesOf = (key: string, written: ReturnType<typeof house>['broker']['written']) =>
  written.filter((message) => message.key === key).map(typeOf)

describe('the relay tells', () => {
  test('each event of a record in order, in the envelope that is described', async () => {
    const { store, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1'), { type: 'PledgeAccepted', pledge: 'P-1' })
    await append(store, 'mission-UNMISS', { type: 'MandateEnded', mission: 'UNMISS', on: '2027-01-01' })
    const written = await relayed()
    expect(Object.fromEntries(withoutRepeats(written))).toEqual({ 'pledge-P-1': [0, 1], 'mission-UNMISS': [0] })
    for (const { key, headers } of written) {
      const read = IntegrationHeaders.parse(headers)
      expect(isIntegrationType(read.ce_type) && integrationSchemas[read.ce_type]).toBeTruthy()
      expect(key).toBe(read.ce_partitionkey)
      expect(key.endsWith(read.ce_subject)).toBe(true)
      expect(read.ce_classification).toBe('unclassified')
    }
  })
  test('CloudEvents that the reference library reads', async () => {
    const { store, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1'))
    const [message] = await relayed()
    const { key = '', headers = {}, value = new Uint8Array() } = message ?? {}
    const received = { key, headers, value: Buffer.from(value).toString(), body: '' }
    const read = Kafka.toEvent(received)
    const event = new CloudEvent(Array.isArray(read) ? {} : { ...read })
    expect(event).toMatchObject({
      specversion: '1.0',
      id: headers['ce_id'],
      source: 'urn:muster:log',
      type: 'muster.pledge.submitted.v1',
      subject: 'P-1',
      dataschema: 'urn:muster:schema:muster.pledge.submitted.v1',
      datacontenttype: 'application/json',
      sequence: '0',
      sequencetype: 'Integer',
      partitionkey: 'pledge-P-1',
      position: '1',
      classification: 'unclassified',
      data: { pledge: 'P-1', contributor: 'RWA', quantity: 3 },
    })
    expect(event.validate()).toBe(true)
  })
  test('nothing of plans, findings and parking', async () => {
    const { store, relayed } = house()
    await append(store, 'plan-1', { type: 'PlanApproved', plan: '1' })
    await append(store, 'flag-1', { type: 'FlagCleared', flag: '1', reason: 'done' })
    await append(store, 'pledge-P-1', submitted('P-1'))
    expect((await relayed()).map(({ key }) => key)).toEqual(['pledge-P-1'])
  })
  test('a stream goes on where it was left, over many pages', async () => {
    const { store, broker, relayed } = house()
    for (const index of upTo(40)) await append(store, `pledge-P-${index % 7}`, submitted(`P-${index % 7}`))
    await relayed()
    for (const index of upTo(40)) await append(store, `pledge-P-${index % 7}`, amended(`P-${index % 7}`))
    await relayed()
    expect(broker.written.length).toBe(80)
    for (const sequences of withoutRepeats(broker.written).values()) expect(sequences).toEqual(upTo(sequences.length))
  })
})

describe('of a record that reporting services may not see, the relay tells', () => {
  test('its id and that something happened, and nothing else', async () => {
    const { store, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1', { classification: 'strictly-confidential' }))
    await append(store, 'commitment-C-1', proposed('C-1', 'P-1'), { type: 'CommitmentAccepted', commitment: 'C-1' })
    const written = await relayed()
    expect(written.map((message) => [typeOf(message), sequenceOf(message), dataOf(message)])).toEqual([
      ['muster.pledge.withheld.v1', 0, { pledge: 'P-1' }],
      ['muster.commitment.withheld.v1', 0, { commitment: 'C-1' }],
      ['muster.commitment.withheld.v1', 1, { commitment: 'C-1' }],
    ])
    expect(JSON.stringify(written.map(({ headers, value }) => [headers, Buffer.from(value).toString()]))).not.toMatch(
      /RWA|INF-BN|strictly/,
    )
  })
  test('as little when its contributor said nothing', async () => {
    const { store, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1', { classification: undefined }))
    expect((await relayed()).map(typeOf)).toEqual(['muster.pledge.withheld.v1'])
  })
  test('what it is from the moment on which it may be seen, and nothing once it may not', async () => {
    const { store, broker, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1', { classification: 'confidential' }))
    await append(store, 'commitment-C-1', proposed('C-1', 'P-1'))
    await relayed()
    await append(store, 'pledge-P-1', amended('P-1', { classification: 'unclassified' }))
    await append(store, 'commitment-C-1', { type: 'CommitmentAccepted', commitment: 'C-1' })
    await relayed()
    await append(store, 'pledge-P-1', amended('P-1', { classification: 'confidential', quantity: 9 }, 3))
    await append(store, 'commitment-C-1', { type: 'CommitmentSigned', commitment: 'C-1', on: '2027-02-01' })
    const written = await relayed()
    expect(typesOf('pledge-P-1', broker.written)).toEqual([
      'muster.pledge.withheld.v1',
      'muster.pledge.amended.v1',
      'muster.pledge.withheld.v1',
    ])
    expect(typesOf('commitment-C-1', written)).toEqual([
      'muster.commitment.withheld.v1',
      'muster.commitment.accepted.v1',
      'muster.commitment.withheld.v1',
    ])
  })
  test('nothing of its past, when it became confidential before its past was told', async () => {
    const { store, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1'), amended('P-1', { classification: 'confidential' }))
    expect((await relayed()).map(typeOf)).toEqual(['muster.pledge.withheld.v1', 'muster.pledge.withheld.v1'])
  })
  test('nothing of its past, though what made it confidential lies pages away', async () => {
    const { store, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1'))
    const versions = upTo(6_000).map((index) => amended('P-2', {}, index + 2))
    await append(store, 'pledge-P-2', submitted('P-2'), ...versions)
    await append(store, 'pledge-P-1', amended('P-1', { classification: 'confidential' }))
    const written = await relayed()
    expect(written.length).toBe(6_003)
    expect(typesOf('pledge-P-1', written)).toEqual(['muster.pledge.withheld.v1', 'muster.pledge.withheld.v1'])
  })
  test('nothing of a commitment, though its pledge is held back before it became confidential', async () => {
    const { store, broker, start, caughtUp } = house()
    broker.rejects = ({ key }) => (key === 'pledge-P-1' ? 'not this one' : undefined)
    await append(store, 'pledge-P-1', submitted('P-1'))
    await start()
    await caughtUp()
    await append(store, 'pledge-P-1', amended('P-1', { classification: 'confidential' }))
    await append(store, 'commitment-C-1', proposed('C-1', 'P-1'))
    await caughtUp()
    expect(broker.written.map(typeOf)).toEqual(['muster.commitment.withheld.v1'])
  })
})

describe('whatever happens, the relay loses nothing and keeps the order of each key:', () => {
  const officer = { commandId: '00000000-0000-4000-8000-000000000001', actor: { role: 'officer' as const }, clock }

  test('it dies between the broker and the checkpoint', async () => {
    const { store, broker, checkpoint, start, relayed } = house()
    for (const index of upTo(30)) await append(store, `pledge-P-${index % 4}`, submitted(`P-${index % 4}`))
    checkpoint.beforeMove = () => {
      throw new Error('killed')
    }
    const killed = await start()
    await until('the page written', () => broker.written.length === 30)
    await killed.stop()
    checkpoint.beforeMove = () => undefined
    await relayed()
    expect(broker.written.length).toBe(60)
    const sequences = withoutRepeats(broker.written)
    expect(sequences.size).toBe(4)
    for (const sequence of sequences.values()) expect(sequence).toEqual(upTo(sequence.length))
  })
  test('its checkpoint cannot be reached for a while: what is written is not written again', async () => {
    const { store, broker, checkpoint, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1'), amended('P-1'))
    let left = 3
    checkpoint.beforeMove = () => {
      if ((left -= 1) >= 0) throw new Error('out of reach')
    }
    await relayed()
    expect(broker.written.map(sequenceOf)).toEqual([0, 1])
  })
  test('two relays at once: one is at work, the other stands by and goes on when it is gone', async () => {
    const { store, broker, start } = house()
    const [first, second] = [await start(), await start()]
    const told = (count: number) => () => withoutRepeats(broker.written).get('pledge-P-1')?.length === count
    await append(store, 'pledge-P-1', submitted('P-1'), amended('P-1'))
    await until('both events are told', told(2))
    await first.stop()
    await append(store, 'pledge-P-1', amended('P-1', {}, 3))
    await until('the third is told by the one that is left', told(3))
    expect(withoutRepeats(broker.written).get('pledge-P-1')).toEqual([0, 1, 2])
    expect([(await first.status()).state, (await second.status()).state]).toEqual(['stopped', 'running'])
  })
  test('a rejected message holds back its key, and no other; released, it goes on in order', async () => {
    const { store, broker, start, caughtUp } = house()
    broker.rejects = ({ key, headers }) => (key === 'pledge-P-3' && headers['ce_sequence'] === '1' ? 'too large' : undefined)
    const keys = upTo(12).map((index) => `P-${index}`)
    for (const id of keys) await append(store, `pledge-${id}`, submitted(id), amended(id), amended(id, {}, 3))
    const relay = await start()
    await caughtUp()
    for (const id of keys) await append(store, `pledge-${id}`, amended(id, {}, 4))
    await caughtUp()
    expect((await relay.status()).parked).toMatchObject([{ stream: 'pledge-P-3', reason: 'too large' }])
    for (const [key, sequence] of withoutRepeats(broker.written))
      expect([key, sequence]).toEqual([key, upTo(key === 'pledge-P-3' ? 1 : 4)])

    broker.rejects = () => undefined
    await releaseStream(store, RELAY, 'pledge-P-3', officer)
    await caughtUp()
    await until('the rest of it', () => withoutRepeats(broker.written).get('pledge-P-3')?.length === 4)
    expect(withoutRepeats(broker.written).get('pledge-P-3')).toEqual(upTo(4))
    expect((await relay.status()).parked).toEqual([])
  })
  test('a key stays held back when another relay takes over', async () => {
    const { store, broker, start, caughtUp, relayed } = house()
    broker.rejects = ({ key }) => (key === 'pledge-P-1' ? 'too large' : undefined)
    await append(store, 'pledge-P-1', submitted('P-1'))
    await relayed()
    broker.rejects = () => undefined
    await append(store, 'pledge-P-1', amended('P-1'))
    await append(store, 'pledge-P-2', submitted('P-2'))
    const relay = await start()
    await caughtUp()
    expect(broker.written.map(({ key }) => key)).toEqual(['pledge-P-2'])
    expect((await relay.status()).parked).toMatchObject([{ stream: 'pledge-P-1', fromRevision: 0 }])
  })
  test.each([
    ['cannot be read', { type: 'PledgeAccepted' }],
    ['is of a type that is not known', { type: 'PledgeBlessed', pledge: 'P-1' }],
  ])('an event that %s holds back its stream, and no other', async (_, poison) => {
    const { store, broker, start, caughtUp } = house()
    await append(store, 'pledge-P-1', submitted('P-1'), poison, amended('P-1'))
    await append(store, 'pledge-P-2', submitted('P-2'), amended('P-2'))
    const relay = await start()
    await caughtUp()
    expect((await relay.status()).parked).toMatchObject([{ stream: 'pledge-P-1' }])
    expect(withoutRepeats(broker.written).get('pledge-P-2')).toEqual([0, 1])
    expect(withoutRepeats(broker.written).get('pledge-P-1')?.length ?? 0).toBeLessThan(2)
  })
  test('a broker that does not answer cannot keep it from stopping, and gets everything from the next one', async () => {
    const { store, broker, checkpoint, start, relayed } = house()
    await append(store, 'pledge-P-1', submitted('P-1'), amended('P-1'))
    broker.beforeSend = () => new Promise(() => undefined)
    const relay = await start()
    await until('the relay at work', async () => (await relay.status()).lag > 0)
    await relay.stop()
    expect(await checkpoint.position()).toBe(0)
    broker.beforeSend = async () => undefined
    await relayed()
    expect(broker.written.map(sequenceOf)).toEqual([0, 1])
  })
  test('a slow broker falls behind a fast writer, and catches up', async () => {
    const { store, broker, start, caughtUp } = house()
    broker.beforeSend = () => sleep(15)
    await start()
    for (const index of upTo(300)) {
      const id = `P-${index % 9}`
      await append(store, `pledge-${id}`, index < 9 ? submitted(id) : amended(id, {}, 1 + Math.floor(index / 9)))
      if (index % 20 === 0) await sleep(5)
    }
    await caughtUp()
    expect(broker.written.length).toBe(300)
    for (const sequence of withoutRepeats(broker.written).values()) expect(sequence).toEqual(upTo(sequence.length))
  })
  test('a broker with other partitions than declared is named at the start', async () => {
    const { store, broker, checkpoint } = house()
    const refusing = {
      ...broker,
      ensureTopics: async () => E.left({ _tag: 'TopicDiffers' as const, topic: 'muster.events', declared: 6, found: 3 }),
    }
    const relay = await openRelay({ store, broker: refusing, checkpoint, clock, surroundings: hasty })
    expect(relay).toMatchObject(E.left(expect.stringContaining('muster.events has 3 partitions where 6 are declared')))
  })
})

describe('any course of events, deaths, rejections and releases', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('append' as const), record: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('reject' as const), record: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('die' as const, 'run' as const, 'mend' as const) }) },
    ),
    { maxLength: 40 },
  )

  test('ends with every event told, each record in order', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (course) => {
        const { store, broker, checkpoint, start, relayed } = house()
        const sizes = new Map<string, number>()
        for (const step of course) {
          if (step.do === 'append') {
            const id = `P-${step.record}`
            const size = sizes.get(`pledge-${id}`) ?? 0
            // Records of odd numbers are withheld.
            const over: Partial<PledgeTerms> = step.record % 2 === 1 ? { classification: 'confidential' } : {}
            await append(store, `pledge-${id}`, size === 0 ? submitted(id, over) : amended(id, over, size + 1))
            sizes.set(`pledge-${id}`, size + 1)
          } else if (step.do === 'reject') {
            broker.rejects = ({ key }) => (key === `pledge-P-${step.record}` ? 'rejected' : undefined)
          } else if (step.do === 'mend') {
            broker.rejects = () => undefined
          } else if (step.do === 'run') {
            await relayed()
          } else {
            let tried = false
            checkpoint.beforeMove = () => {
              tried = true
              throw new Error('killed')
            }
            const killed = await start()
            await until('its death', async () => tried || (await killed.status()).lag === 0)
            await killed.stop()
            checkpoint.beforeMove = () => undefined
          }
        }
        broker.rejects = () => undefined
        await relayed()
        for (const { stream } of await parkingIn(store, RELAY, clock).parkedAt(await store.head())) {
          await releaseStream(store, RELAY, stream, {
            commandId: derivedId('release', stream),
            actor: { role: 'officer' },
            clock,
          })
        }
        await relayed()
        expect(withoutRepeats(broker.written)).toEqual(new Map(Array.from(sizes, ([key, size]) => [key, upTo(size)])))
      }),
      { numRuns: 40 },
    )
  })
})
