import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker, TopicDefinition } from '@muster/broker/broker'
import { memoryBroker } from '@muster/broker/memory'
import { until } from '@muster/broker/testing'
import { BatchLine } from '@muster/contracts/commands'
import { deadLettersTopic, resultsTopic } from '@muster/contracts/integration/topics'
import { openCommandHandler, type CommandHandler } from '@muster/command-handler/handler'
import type { Refusal } from '@muster/command-handler/submission'
import type { EventStore } from '@muster/event-store/event-store'
import { memoryEventStore } from '@muster/event-store/memory'
import type { CommandConsumer } from './consumer.ts'
import {
  amend,
  clock,
  command,
  eventsOf,
  ground,
  NEPAL,
  OFFICER,
  opened,
  openPost,
  RWANDA,
  submit,
  tokenOf,
  type Post,
  type Posted,
} from './testing.ts'

describe('commands over a broker', () => {
  let broker: Broker
  let store: EventStore
  let handler: CommandHandler
  let post: Post
  let consumer: CommandConsumer

  /** Topics of one partition, each as `differing` makes it. */
  const begin = async (differing: (topic: TopicDefinition) => TopicDefinition = (topic) => topic): Promise<void> => {
    const inner = memoryBroker()
    broker = {
      ...inner,
      ensureTopics: (topics) => inner.ensureTopics(topics.map((topic) => ({ ...differing(topic), partitions: 1 }))),
    }
    post = await openPost(broker)
    consumer = await opened({ broker, handler })
  }
  /** Sends a command behind the others and waits for its answer: others of its topic are done then. */
  const passed = async (): Promise<void> => {
    await post.send(submit('NPL-LAST', NEPAL))
    await until('the last command', () => post.answersTo('submit NPL-LAST').length > 0)
  }

  beforeEach(async () => {
    store = memoryEventStore({ clock })
    handler = openCommandHandler({ store, clock })
    await ground(handler)
    await begin()
  })
  afterEach(async () => {
    await consumer.stop()
    await broker.close()
  })

  test('are answered under their own id and key, as a batch answers', async () => {
    await post.send(submit('NPL-1', NEPAL))
    await until('an answer', () => post.results.length === 1)
    const [result] = post.results
    expect(result).toMatchObject({
      key: 'NPL-1',
      headers: { ce_id: 'submit NPL-1', ce_type: 'muster.command.result.v1', ce_specversion: '1.0' },
    })
    expect(post.answersTo('submit NPL-1')).toMatchObject([
      { id: 'submit NPL-1', outcome: 'accepted', stream: 'pledge-NPL-1', revision: 0, position: await store.head() },
    ])
    const [event] = await eventsOf(store)
    expect(event?.metadata.correlationId).toBe(result?.headers['ce_correlationid'])
  })

  test('need an id only once, and keep the trace of their sender', async () => {
    const sent = submit('NPL-1', NEPAL)
    const { id: _, ...line } = JSON.parse(Buffer.from(sent.value).toString())
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await post.send({ ...sent, value: Buffer.from(JSON.stringify(line)), headers: { ...sent.headers, traceparent } })
    await until('an answer', () => post.results.length === 1)
    expect(post.answersTo('submit NPL-1')).toMatchObject([{ id: 'submit NPL-1', outcome: 'accepted' }])
    expect(post.results[0]?.headers['ce_correlationid']).toBe('0af7651916cd43dd8448eb211c80319c')
    expect((await eventsOf(store))[0]?.metadata.traceparent).toBe(traceparent)
  })

  test('that come again, in whatever order, change nothing and are answered as before', async () => {
    const first = [submit('NPL-1', NEPAL), amend('NPL-1', 3, NEPAL), amend('NPL-1', 4, NEPAL), amend('NPL-1', 0, NEPAL)]
    await post.send(...first)
    await until('answers', () => post.results.length === 4)
    const before = await eventsOf(store)
    await post.send(...first.toReversed(), ...first)
    await until('answers', () => post.results.length === 12)
    expect(await eventsOf(store)).toEqual(before)
    for (const { headers } of first) {
      const answers = post.answersTo(headers['ce_id'] ?? '')
      expect(answers).toEqual([answers[0], answers[0], answers[0]])
    }
  })

  test('of a reader, of a stranger to the record and of an unknown type are refused, and not put aside', async () => {
    await post.send(submit('NPL-1', NEPAL))
    const auditor = await tokenOf({ role: 'auditor' })
    await post.send(
      command({ id: 'reader', type: 'AcceptPledge', key: 'NPL-1', token: auditor, data: { pledge: 'NPL-1' } }),
      { ...amend('NPL-1', 9, RWANDA), headers: { ce_id: 'stranger', authorization: `Bearer ${RWANDA}` }, ...named('stranger') },
      submit('RWA-1', NEPAL),
      command({ id: 'unknown', type: 'Invent', key: 'NPL-1', token: OFFICER, data: {} }),
    )
    await passed()
    await until('answers', () => post.results.length === 6)
    expect(post.answersTo('reader')).toMatchObject([{ outcome: 'refused', code: 'not-allowed' }])
    expect(post.answersTo('stranger')).toMatchObject([{ outcome: 'refused', code: 'not-found' }])
    expect(post.answersTo('submit RWA-1')).toMatchObject([{ outcome: 'refused', code: 'invalid-command' }])
    expect(post.answersTo('unknown')).toMatchObject([{ outcome: 'refused', code: 'unknown-command' }])
    expect(post.deadLetters).toEqual([])
    expect((await eventsOf(store)).map(({ stream }) => stream)).toEqual(['pledge-NPL-1', 'pledge-NPL-LAST'])
  })

  test('under a key that is not their record’s are refused, for order would be lost', async () => {
    const unnamed = submit('NPL-2', NEPAL, { pledge: undefined })
    await post.send(
      { ...submit('NPL-1', NEPAL), key: '' },
      { ...unnamed, key: 'anything', headers: { ...unnamed.headers, ce_id: 'unnamed' }, ...named('unnamed', unnamed) },
    )
    await passed()
    expect(post.answersTo('submit NPL-1')).toMatchObject([{ outcome: 'refused', code: 'wrong-key' }])
    expect(post.answersTo('submit NPL-1')[0]?.detail).toContain('"NPL-1"')
    expect(post.answersTo('unnamed')).toMatchObject([{ outcome: 'accepted' }])
    expect(post.deadLetters).toEqual([])
  })

  test('refused by a rule say so without quoting what the record holds', async () => {
    await post.send(submit('NPL-1', NEPAL, { quantity: 7, unitSize: 3 }))
    await until('an answer', () => post.results.length === 1)
    const [answer] = post.answersTo('submit NPL-1')
    expect(answer).toMatchObject({ outcome: 'refused', code: 'not-whole-units', violations: [{ pointer: '/quantity' }] })
    expect(JSON.stringify(answer)).not.toMatch(/[73]/)
    // Over HTTP the same command with the same id brings the kept refusal, with its figures.
    const { id: key, ...message } = BatchLine.parse(
      JSON.parse(Buffer.from(submit('NPL-1', NEPAL, { quantity: 7, unitSize: 3 }).value).toString()),
    )
    const actor = { role: 'nation', contributor: 'NPL' } as const
    const [kept] = await handler.handle([{ key, actor, message, correlationId: 'http' }])
    expect(kept).toMatchObject({ _tag: 'Left', left: { code: 'not-whole-units', message: expect.stringMatching(/7.*3/) } })
  })

  describe('that cannot be understood', () => {
    const good = submit('NPL-1', NEPAL)
    const expired = async () => {
      const token = await tokenOf({ role: 'nation', contributor: 'NPL', ttlSeconds: -1 })
      return { ...good, headers: { ...good.headers, authorization: `Bearer ${token}` } }
    }
    const poison: ReadonlyArray<readonly [string, () => Posted | Promise<Posted>]> = [
      ['not-json', () => ({ ...good, value: Buffer.from('{broken') })],
      ['not-json', () => ({ ...good, value: new Uint8Array() })],
      ['not-json', () => ({ ...good, value: Uint8Array.of(0xff, 0xfe, 0x00) })],
      ['not-json', () => ({ ...good, value: Buffer.from(Buffer.from(good.value).toString().replace('NPL-1', 'NPÑ'), 'latin1') })],
      ['no-id', () => ({ ...good, ...named(''), headers: { authorization: `Bearer ${NEPAL}` } })],
      ['no-id', () => ({ ...good, headers: { ...good.headers, ce_id: 'x'.repeat(201) } })],
      ['unauthenticated', () => ({ ...good, headers: { ce_id: 'submit NPL-1' } })],
      ['unauthenticated', () => ({ ...good, headers: { ...good.headers, authorization: NEPAL } })],
      ['unauthenticated', () => ({ ...good, headers: { ...good.headers, authorization: `Bearer ${NEPAL.slice(0, -3)}abc` } })],
      ['unauthenticated', expired],
      ['ids-differ', () => ({ ...good, headers: { ...good.headers, ce_id: 'another' } })],
      ['not-a-command', () => ({ ...good, value: Buffer.from('[]') })],
      ['not-a-command', () => ({ ...good, value: Buffer.from('{"id":"submit NPL-1","type":"SubmitPledge"}') })],
      ['wrong-topic', () => ({ ...good, topic: 'muster.commands.mission' })],
    ]
    test.each(poison)('go to the dead letters as %s with every byte and without the token', async (reason, made) => {
      const message = await made()
      await post.send(message)
      await passed()
      await until('a dead letter', () => post.deadLetters.length > 0)
      const [letter] = post.deadLetters
      expect(post.deadLetters).toHaveLength(1)
      expect(letter?.key).toBe(message.key)
      expect(Buffer.from(letter?.value ?? []).equals(Buffer.from(message.value))).toBe(true)
      const { authorization: _, ...others } = message.headers
      expect(letter?.headers).toEqual({
        ...others,
        dead_letter_reason: reason,
        dead_letter_topic: message.topic,
        dead_letter_partition: expect.stringMatching(/^\d+$/),
        dead_letter_offset: '0',
      })
      expect((await eventsOf(store)).map(({ stream }) => stream)).toEqual(['pledge-NPL-LAST'])
    })

    test('are answered too where their sender is known', async () => {
      await post.send(
        { ...good, topic: 'muster.commands.mission' },
        { ...good, value: Buffer.from('{"id":"submit NPL-1","type":7}') },
        { ...good, headers: { ce_id: 'submit NPL-1' } },
      )
      await passed()
      await until('three dead letters', () => post.deadLetters.length === 3)
      const codes = post.answersTo('submit NPL-1').map(({ code }) => code)
      expect(new Set(codes)).toEqual(new Set(['invalid-command', 'wrong-topic']))
    })

    test('and are too large even to be put aside leave a note where they lie', async () => {
      await consumer.stop()
      const roomy = (topic: TopicDefinition): TopicDefinition =>
        topic.name === deadLettersTopic.name ? topic : { ...topic, maxMessageBytes: 10_000_000 }
      await begin(roomy)
      await post.send({ ...good, value: Buffer.alloc(1_100_000, 'x') }, { ...good, value: Buffer.alloc(3_000_000, 'x') })
      await passed()
      await until('two dead letters', () => post.deadLetters.length === 2)
      expect(post.deadLetters.map(({ value }) => value.length)).toEqual([1_100_000, 0])
      expect(post.deadLetters[1]?.headers).toMatchObject({
        dead_letter_reason: 'too-large',
        dead_letter_offset: '1',
        dead_letter_bytes: '3000000',
      })
    })
  })

  test.each<Refusal>([{ _tag: 'Unavailable', message: 'secret 42' }, { _tag: 'InFlight' }, { _tag: 'Conflict', actual: 42 }])(
    'wait, all behind them too, while the log answers $_tag; nothing is put aside',
    async (refusal) => {
      await consumer.stop()
      let away = true
      const flaky: CommandHandler = {
        // One of the commands is enough to hold all of them: the others are answered as before when they come again.
        handle: async (submissions) => {
          const results = await handler.handle(submissions)
          return away ? [...results.slice(0, -1), E.left(refusal)] : results
        },
      }
      consumer = await opened({ broker, handler: flaky })
      await post.send(
        submit('NPL-1', NEPAL),
        { ...submit('NPL-2', NEPAL), value: Buffer.from('{broken') },
        submit('NPL-3', NEPAL),
      )
      await until('trouble', () => consumer.trouble() !== undefined)
      expect(consumer.check()).toMatchObject({ name: 'commands', ok: false })
      expect(consumer.trouble()).not.toContain('42')
      expect(post.results).toEqual([])
      away = false
      await passed()
      expect([...post.answersTo('submit NPL-1'), ...post.answersTo('submit NPL-3')].map(({ outcome }) => outcome)).toEqual([
        'accepted',
        'accepted',
      ])
      await until('a dead letter', () => post.deadLetters.length === 1)
      expect(post.deadLetters[0]?.headers['dead_letter_reason']).toBe('not-json')
      expect(consumer.check()).toEqual({ name: 'commands', ok: true })
    },
  )

  test('hold the offset while the results topic takes nothing, and go on when it does', async () => {
    await consumer.stop()
    let release = (): void => undefined
    const full = new Promise<void>((resolve) => (release = resolve))
    const handled: string[] = []
    consumer = await opened({
      broker: {
        ...broker,
        producer: () => {
          const producer = broker.producer()
          return { ...producer, send: async (...batch) => full.then(() => producer.send(...batch)) }
        },
      },
      handler: {
        handle: async (submissions) => {
          handled.push(...submissions.map(({ key }) => key))
          return handler.handle(submissions)
        },
      },
    })
    await post.send(submit('NPL-1', NEPAL))
    await until('the effect', () => handled.length === 1)
    await post.send(amend('NPL-1', 3, NEPAL), amend('NPL-1', 4, NEPAL))
    expect(post.results).toEqual([])
    expect(handled).toEqual(['submit NPL-1'])
    release()
    await until('all answered', () => post.results.length === 3)
    expect(handled).toEqual(['submit NPL-1', 'amend NPL-1 3', 'amend NPL-1 4'])
  })

  test('whose result the broker will never take are put aside with that reason, and stand', async () => {
    await consumer.stop()
    const narrow = (topic: TopicDefinition): TopicDefinition =>
      topic.name === resultsTopic.name ? { ...topic, maxMessageBytes: 600 } : topic
    await begin(narrow)
    const wordy = submit('NPL-1', NEPAL)
    const id = 'x'.repeat(200)
    await post.send(
      { ...wordy, headers: { ...wordy.headers, ce_id: id }, ...named(id, wordy) },
      amend('NPL-1', 3, NEPAL),
      amend('NPL-1', 4, NEPAL),
    )
    await until('answers', () => post.results.length === 2)
    expect(post.results.map(({ headers }) => headers['ce_id'])).toEqual(['amend NPL-1 3', 'amend NPL-1 4'])
    await until('a dead letter', () => post.deadLetters.length === 1)
    expect(post.deadLetters[0]?.headers['dead_letter_reason']).toBe('result-rejected')
    expect((await eventsOf(store)).map(({ type }) => type)).toEqual(['PledgeSubmitted', 'PledgeAmended', 'PledgeAmended'])
  })
})

/** The same line under another id; without one where the id is empty. */
function named(id: string, { value } = amend('NPL-1', 9, NEPAL)): Pick<Posted, 'value'> {
  const { id: _, ...line } = JSON.parse(Buffer.from(value).toString())
  return { value: Buffer.from(JSON.stringify(id === '' ? line : { id, ...line })) }
}
