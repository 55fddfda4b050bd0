/**
 * The whole way through separate services on real Kafka and PostgreSQL: pledges by HTTP and by Kafka, a plan, its approval, proposals,
 * integration events at readers that know nothing of us; and the same figures as one embedded process gives for the same commands. On a
 * mission of the tests (synthetic) beside the real history.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Message } from '@muster/broker/broker'
import { BatchAnswer } from '@muster/contracts/answers'
import { addMonths } from '@muster/kernel/time'
import { kafkaUnavailable } from '../../infra/kafka/kafka.ts'
import { accepted, type Ask } from '../e2e/api.ts'
import { muster, stopEverything, tokenFor } from '../e2e/engine.ts'
import { eventually } from '../e2e/eventually.ts'
import { emptyFolder } from '../e2e/prepared-store.ts'
import { beginStory, establish, from, issueRequirements, itemsOf, MISSION, OFFERS, storyOn, type Story } from '../e2e/story.ts'
import { describedIn, giveThroughKafka, idsByConsoleConsumer, readTopic, startDistributed, type Description } from './set.ts'

const missing = await kafkaUnavailable()
const PLAN = 'both-ways'
const PLEDGES = Object.keys(OFFERS).map((contributor) => ({ contributor, pledge: `${contributor}-both-ways` }))
const BY_KAFKA = new Set(['BGD', 'DEU', 'GHA'])
/**
 * Positions and times are each log's own, and so are the flags of a statement: those that were raised and cleared while the history was
 * coming in depend on when the board was looked at. Everything else must be the same.
 */
const OWN = new Set(['position', 'asOf', 'time', 'inputsPosition', 'submittedAt', 'recordedAt', 'flags'])

const withoutOwn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutOwn)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (OWN.has(key) ? [] : [[key, withoutOwn(inner)]])))
}

const termsOf = (contributor: string, pledge: string): object => ({ ...OFFERS[contributor], pledge })

const computed = async (officer: Ask): Promise<{ readonly problem: unknown; readonly solution: unknown }> => {
  accepted(await officer.send('POST', '/v1/plans', { plan: PLAN, from, to: addMonths(from, 24) }))
  await eventually(async () => {
    const { body } = await officer.get(`/v1/plans/${PLAN}`)
    return z.looseObject({ status: z.literal('computed') }).safeParse(body).data
  })
  return z
    .looseObject({ problem: z.unknown(), solution: z.unknown() })
    .parse((await officer.get(`/v1/plans/${PLAN}/documents`)).body)
}

/** Every assignment of the plan becomes a proposal. */
const proposed = async (officer: Ask): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const { body } = await officer.get(`/v1/plans/${PLAN}`)
  const { assignments } = z.looseObject({ assignments: z.array(z.unknown()).min(4) }).parse(body)
  return eventually(async () => {
    const items = itemsOf(await officer.get(`/v1/commitments?plan=${PLAN}`))
    return items.length >= assignments.length ? items : undefined
  })
}

describe.skipIf(missing !== undefined)(`separate services${missing === undefined ? '' : ` (left out: ${missing})`}`, () => {
  let embedded: Story
  let apart: Story
  let set: Description
  let events: { readonly messages: ReadonlyArray<Message>; readonly close: () => Promise<void> }

  beforeAll(async () => {
    embedded = await beginStory()
    apart = await storyOn(await startDistributed(await emptyFolder()))
    set = await describedIn(apart.engine.data)
    events = await readTopic(set.kafka.brokers, set.kafka.topics.events, 'a-reporting-team')
    for (const story of [embedded, apart]) {
      accepted(await establish(story))
      await issueRequirements(story)
    }
  }, 400_000)
  afterAll(async () => {
    await stopEverything()
  }, 60_000)

  test('run as processes of their own', () => {
    expect(set.services.map(({ name }) => name).toSorted()).toEqual([
      'allocator',
      'gateway',
      'intake',
      'projector',
      'query-1',
      'query-2',
      'relay',
    ])
    expect(new Set(set.services.map(({ pid }) => pid)).size).toBe(7)
  })

  test('take pledges by HTTP and by Kafka, and answer both', async () => {
    for (const { contributor, pledge } of PLEDGES) {
      accepted(await embedded.as(contributor).send('POST', '/v1/pledges', termsOf(contributor, pledge)))
      if (!BY_KAFKA.has(contributor))
        accepted(await apart.as(contributor).send('POST', '/v1/pledges', termsOf(contributor, pledge)))
    }
    const byKafka = PLEDGES.filter(({ contributor }) => BY_KAFKA.has(contributor))
    await giveThroughKafka(
      set.kafka.brokers,
      set.kafka.topics.commands['pledge'] ?? '',
      await Promise.all(
        byKafka.map(async ({ contributor, pledge }) => ({
          id: `submit ${pledge}`,
          type: 'SubmitPledge',
          key: pledge,
          data: termsOf(contributor, pledge),
          token: await tokenFor(apart.engine.data, 'nation', contributor),
        })),
      ),
    )
    const results = await readTopic(set.kafka.brokers, set.kafka.topics.results, 'a-sender')
    const answers = await eventually(async () => {
      const all = results.messages.map(({ value }) => BatchAnswer.parse(JSON.parse(Buffer.from(value).toString())))
      return all.length >= byKafka.length ? all : undefined
    })
    await results.close()
    expect(answers.map(({ id, outcome }) => `${id}: ${outcome}`).toSorted()).toEqual(
      byKafka.map(({ pledge }) => `submit ${pledge}: accepted`).toSorted(),
    )
    for (const { officer } of [embedded, apart]) {
      for (const { pledge } of PLEDGES) accepted(await officer.send('POST', `/v1/pledges/${pledge}/accept`, ''))
    }
  })

  test('compute the same plan from the same commands, byte for byte, and the verifier finds it right', async () => {
    const [here, there] = [await computed(embedded.officer), await computed(apart.officer)]
    expect(JSON.stringify(there.problem)).toBe(JSON.stringify(here.problem))
    expect(JSON.stringify(there.solution)).toBe(JSON.stringify(here.solution))
  })

  test('turn an approved plan into the same proposals', async () => {
    for (const { officer } of [embedded, apart]) accepted(await officer.give('ApprovePlan', { plan: PLAN }))
    const [here, there] = [await proposed(embedded.officer), await proposed(apart.officer)]
    expect(withoutOwn(there)).toEqual(withoutOwn(here))
    for (const story of [embedded, apart]) {
      const observers = (await proposed(story.officer)).find(({ requirement }) => requirement === 'OBSERVERS')
      accepted(await story.as('BGD').send('POST', `/v1/commitments/${String(observers?.['id'])}/accept`, ''))
      await eventually(async () => {
        const { body } = await story.officer.get('/v1/pledges/BGD-both-ways')
        return z.looseObject({ capacity: z.looseObject({ reserved: z.literal(20) }) }).safeParse(body).data
      })
    }
  })

  test.each([
    `/v1/coverage?mission=${MISSION}&limit=500`,
    '/v1/coverage?from=2013-06&to=2013-06&limit=500',
    '/v1/composition?mission=UNMISS&month=2013-06',
    '/v1/composition?mission=ALL&month=2014-03',
    '/v1/burden?dimension=personnel&method=policy&month=2014-03&limit=500',
    '/v1/missions?limit=100',
    '/v1/pledges?limit=100',
    '/v1/contributors/BGD/statement',
    `/v1/plans/${PLAN}/explain?requirement=BATTALIONS`,
    '/v1/exports/composition?format=csv&month=2013-06',
  ])('answer %s as one process does', async (path) => {
    const [here, there] = [await embedded.officer.get(path), await apart.officer.get(path)]
    expect(there.status).toBe(200)
    expect(withoutOwn(there.body)).toEqual(withoutOwn(here.body))
  })

  test('tell readers what happened, in the order of each record, and tell all of them the same', async () => {
    const about = (pledge: string, atLeast: number) =>
      eventually(async () => {
        const found = events.messages.filter(({ headers }) => headers['ce_subject'] === pledge)
        return found.length >= atLeast
          ? found.map(({ headers, value }) => ({ ...headers, value: Buffer.from(value).toString() }))
          : undefined
      })
    expect((await about('NPL-both-ways', 3)).slice(0, 3)).toMatchObject([
      { ce_sequence: '0', ce_type: 'muster.pledge.submitted.v1', value: expect.stringContaining('"quantity":2') },
      { ce_sequence: '1', ce_type: 'muster.pledge.acknowledged.v1' },
      { ce_sequence: '2', ce_type: 'muster.pledge.accepted.v1' },
    ])
    // Of what may not be seen it is told that something happened, so that no number is missing, and nothing else.
    const withheld = { ce_type: 'muster.pledge.withheld.v1', value: '{"pledge":"BGD-both-ways"}' }
    expect((await about('BGD-both-ways', 3)).slice(0, 3)).toMatchObject(
      ['0', '1', '2'].map((sequence) => ({ ...withheld, ce_sequence: sequence })),
    )
    const byConsole = await idsByConsoleConsumer(set.kafka.brokers, set.kafka.topics.events)
    const byClient = await eventually(async () => {
      const ids = new Set(events.messages.map(({ headers }) => headers['ce_id'] ?? ''))
      return ids.size >= new Set(byConsole).size ? ids : undefined
    })
    expect(byClient.size).toBeGreaterThan(30_000)
    expect(new Set(byConsole)).toEqual(byClient)
  })

  test('go on when any of them is killed, and are started again', async () => {
    for (const { name, pid } of set.services) {
      process.kill(pid, 'SIGKILL')
      const taken = await eventually(async () => {
        // A gateway that is killed takes its connections with it; the same key may be sent again.
        const answer = await apart.officer.give('SetCeiling', ceilingOf(name), { 'idempotency-key': name }).catch(() => undefined)
        return answer === undefined ? undefined : accepted(answer)
      })
      // Whoever asks while the projector is away is told to ask again.
      await eventually(async () => {
        const { status } = await apart.officer.get(`/v1/missions/${MISSION}?minPosition=${taken.position}`)
        expect([200, 503]).toContain(status)
        return status === 200 ? true : undefined
      })
    }
    const again = await eventually(async () => {
      const now = await describedIn(apart.engine.data)
      const back = now.services.filter(({ name, pid }) => set.services.some((old) => old.name === name && old.pid !== pid))
      return back.length === set.services.length ? now : undefined
    })
    expect(again.kafka).toEqual(set.kafka)
    await eventually(async () => ((await apart.officer.get('/readyz')).status === 200 ? true : undefined))
  }, 120_000)

  test('are there for the command line', async () => {
    const { data } = apart.engine
    const { code, stdout } = await muster(['composition', '--mission', 'UNMISS', '--month', '2013-06', '--json'], { data })
    expect(code).toBe(0)
    expect(withoutOwn(JSON.parse(stdout))).toEqual(
      withoutOwn((await embedded.officer.get('/v1/composition?mission=UNMISS&month=2013-06')).body),
    )
  })

  test('say how they ended: nobody had to be killed', async () => {
    await events.close()
    const { code } = await apart.engine.kill('SIGTERM')
    expect([code, apart.engine.stderr().match(/did not end cleanly.*/g)]).toEqual([0, null])
  }, 60_000)
})

const ceilingOf = (service: string): object => ({
  mission: MISSION,
  category: 'military',
  from,
  quantity: 1_000 + service.length,
  note: `synthetic, while ${service} was away`,
})
