import * as E from 'fp-ts/lib/Either.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { memoryEventStore } from '@muster/event-store/memory'
import type { EventStore } from '@muster/event-store/event-store'
import type { Actor } from '@muster/kernel/actor'
import { openCommandHandler, type CommandHandler } from './handler.ts'
import type { Result, Submission } from './submission.ts'

const OFFICER: Actor = { role: 'officer' }
const NEPAL: Actor = { role: 'nation', contributor: 'NPL' }
const RWANDA: Actor = { role: 'nation', contributor: 'RWA' }

const clock = (): string => '2027-01-01T00:00:00.000Z'
let keys = 0
const submission = (actor: Actor, type: string, data: Record<string, unknown>, more: Partial<Submission> = {}): Submission => ({
  key: `key-${(keys += 1)}`,
  actor,
  message: { type, data },
  correlationId: 'test',
  ...more,
})
const state = (contributor: string) =>
  submission(OFFICER, 'RegisterContributor', { contributor, kind: 'state', name: contributor })
const battalion = {
  capability: 'INF-BN',
  name: 'Infantry battalion',
  category: 'infantry',
  dimension: 'personnel',
  measure: 'standing',
  unit: 'unit',
  divisible: false,
  source: 'test',
}
const terms = {
  contributor: 'NPL',
  ownReference: 'NPL/1',
  capability: 'INF-BN',
  quantity: 2,
  from: '2027-01-01',
  to: '2028-01-01',
}

describe('the command handler', () => {
  let store: EventStore
  let handler: CommandHandler
  const handle = async (...submissions: ReadonlyArray<Submission>): Promise<ReadonlyArray<Result>> => handler.handle(submissions)
  const events = async (): Promise<ReadonlyArray<string>> => {
    const found: string[] = []
    for await (const page of store.readAll('start', { pageSize: 100, follow: false }))
      found.push(...page.events.map(({ type, stream }) => `${stream} ${type}`))
    return found
  }

  beforeEach(async () => {
    store = memoryEventStore({ clock })
    handler = openCommandHandler({ store, clock })
    await handle(state('NPL'), state('RWA'), submission(OFFICER, 'DefineCapability', battalion))
  })

  test('answers a command with its stream, revision, events and a position at which they can be read', async () => {
    const [answer] = await handle(submission(NEPAL, 'SubmitPledge', terms))
    expect(answer).toMatchObject({ _tag: 'Right', right: { outcome: 'accepted', revision: 0, position: await store.head() } })
  })

  test('says in a dry run what would become of a command, writes nothing and leaves its key unused', async () => {
    const before = await events()
    const wish = submission(NEPAL, 'SubmitPledge', terms)
    const [would, not, unfit] = await handle(
      { ...wish, dryRun: true },
      { ...submission(NEPAL, 'WithdrawPledge', { pledge: 'nothing', reason: 'no' }), dryRun: true },
      { ...submission(NEPAL, 'SubmitPledge', { ...terms, capability: 'DRAGON' }), dryRun: true },
    )
    expect(would).toMatchObject({ right: { outcome: 'accepted', revision: 0, eventIds: [], dryRun: true } })
    expect([not, unfit]).toMatchObject([{ left: { _tag: 'NotFound' } }, { left: { code: 'unknown-capability' } }])
    expect([await events(), await store.receiptOf(wish.key)]).toEqual([before, undefined])
    const [done] = await handle(wish)
    expect(done).toMatchObject({ right: { outcome: 'accepted', revision: 0 } })
    expect(await handle({ ...submission(NEPAL, 'SubmitPledge', terms), dryRun: true })).toMatchObject([
      { right: { outcome: 'unchanged', dryRun: true } },
    ])
  })

  test('gives a repeated key the first answer and writes nothing', async () => {
    const wish = submission(NEPAL, 'SubmitPledge', terms)
    const [first] = await handle(wish)
    const before = await events()
    const [second] = await handle(wish)
    expect(second).toEqual(first)
    expect(await events()).toEqual(before)
  })

  test('gives a key repeated within one batch the first answer', async () => {
    const wish = submission(NEPAL, 'SubmitPledge', terms)
    const [first, second] = await handle(wish, wish)
    expect(second).toEqual(first)
  })

  test('answers a repeat from the log after a restart', async () => {
    const wish = submission(NEPAL, 'SubmitPledge', terms)
    const [first] = await handle(wish)
    handler = openCommandHandler({ store, clock })
    expect(await handle(wish)).toEqual([first])
  })

  test('finds the same pledge for the same wish under another key', async () => {
    const [first] = await handle(submission(NEPAL, 'SubmitPledge', terms))
    const [second] = await handle(submission(NEPAL, 'SubmitPledge', terms))
    expect(second).toMatchObject({
      _tag: 'Right',
      right: { outcome: 'unchanged', stream: E.isRight(first!) ? first.right.stream : '' },
    })
  })

  test('refuses the same key with another payload', async () => {
    const wish = submission(NEPAL, 'SubmitPledge', terms)
    await handle(wish)
    const [second] = await handle({ ...wish, message: { type: 'SubmitPledge', data: { ...terms, quantity: 3 } } })
    expect(second).toEqual(E.left({ _tag: 'KeyReused' }))
  })

  test('lets two nations use the same key', async () => {
    const [, second] = await handle(
      submission(NEPAL, 'SubmitPledge', terms, { key: 'same' }),
      submission(RWANDA, 'SubmitPledge', { ...terms, contributor: 'RWA' }, { key: 'same' }),
    )
    expect(second).toMatchObject({ _tag: 'Right', right: { outcome: 'accepted' } })
  })

  test('says every violation with its pointer, and what is unknown', async () => {
    const [answer] = await handle(submission(NEPAL, 'SubmitPledge', { ...terms, quantity: -1, colour: 'blue', to: '2020-01-01' }))
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'Invalid', code: 'invalid-command' } })
    const pointers =
      E.isLeft(answer!) && answer.left._tag === 'Invalid' ? answer.left.violations.map(({ pointer }) => pointer) : []
    expect(pointers).toEqual(expect.arrayContaining(['/quantity', '/colour']))
  })

  test('checks the role before the payload', async () => {
    const [answer] = await handle(submission(NEPAL, 'AcceptPledge', { nonsense: true }))
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'NotAllowed' } })
  })

  test('lets a nation act only for itself', async () => {
    const [answer] = await handle(submission(RWANDA, 'SubmitPledge', terms))
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'NotAllowed' } })
  })

  test("answers a nation alike for another nation's pledge and for one that does not exist", async () => {
    const [submitted] = await handle(submission(NEPAL, 'SubmitPledge', terms))
    const pledge = E.isRight(submitted!) ? submitted.right.stream.slice('pledge-'.length) : ''
    const answers = await handle(
      submission(RWANDA, 'WithdrawPledge', { pledge, reason: 'not mine' }),
      submission(RWANDA, 'WithdrawPledge', { pledge: 'P-none', reason: 'not there' }),
    )
    expect(answers).toEqual([E.left({ _tag: 'NotFound' }), E.left({ _tag: 'NotFound' })])
  })

  test('tells a nation nothing about pledges of others by what it may refer to or call its own', async () => {
    const pledge = 'P-hidden'
    await handle(submission(OFFICER, 'SubmitPledge', { ...terms, pledge }))
    const own = { ...terms, contributor: 'RWA' }
    const answers = await handle(
      submission(RWANDA, 'SubmitPledge', { ...own, derivedFrom: pledge }),
      submission(RWANDA, 'SubmitPledge', { ...own, derivedFrom: 'P-none' }),
      submission(RWANDA, 'SubmitPledge', { ...own, pledge }),
      submission(RWANDA, 'SubmitPledge', { ...own, pledge: 'P-none' }),
      submission(RWANDA, 'SubmitPledge', { ...own, pledge: 'RWA-1' }),
    )
    expect(
      answers.map((answer) => (E.isRight(answer) ? 'accepted' : 'code' in answer.left ? answer.left.code : answer.left._tag)),
    ).toEqual(['unknown-pledge', 'unknown-pledge', 'invalid-command', 'invalid-command', 'accepted'])
  })

  test('refuses a name that is not known, saying where it stands', async () => {
    const [answer] = await handle(submission(NEPAL, 'SubmitPledge', { ...terms, capability: 'NO-SUCH' }))
    expect(answer).toMatchObject({ _tag: 'Left', left: { _tag: 'Rejected', code: 'unknown-capability', pointer: '/capability' } })
  })

  test('does not hold a refusal for an unknown name against the same key once the name is known', async () => {
    const wish = submission(OFFICER, 'SubmitPledge', { ...terms, contributor: 'GHA' })
    await handle(wish)
    await handle(state('GHA'))
    expect(await handle(wish)).toMatchObject([{ _tag: 'Right' }])
  })

  test('takes over from the catalogue whether a capability is used up once', async () => {
    await handle(
      submission(OFFICER, 'DefineCapability', { ...battalion, capability: 'COURSE', measure: 'stock', dimension: 'equipment' }),
    )
    const [answer] = await handle(submission(NEPAL, 'SubmitPledge', { ...terms, capability: 'COURSE' }))
    const data: unknown[] = []
    for await (const event of store.readStream(E.isRight(answer!) ? answer.right.stream : '')) data.push(event.data)
    expect(data).toMatchObject([{ capability: 'COURSE', measure: 'stock' }])
  })

  test('lets a command of a batch name what an earlier one of the batch creates', async () => {
    const answers = await handle(state('GHA'), submission(OFFICER, 'SubmitPledge', { ...terms, contributor: 'GHA' }))
    expect(answers.map(({ _tag }) => _tag)).toEqual(['Right', 'Right'])
  })

  test('decides the commands of one stream in their order', async () => {
    const pledge = 'P-1'
    const answers = await handle(
      submission(OFFICER, 'SubmitPledge', { ...terms, pledge }),
      submission(OFFICER, 'AcknowledgePledge', { pledge }),
      submission(OFFICER, 'AcceptPledge', { pledge }),
      submission(OFFICER, 'WithdrawPledge', { pledge, reason: 'duplicate' }),
    )
    expect(answers.map((answer) => (E.isRight(answer) ? answer.right.revision : answer.left))).toEqual([0, 1, 2, 3])
  })

  test('refuses a stale revision with the one it has', async () => {
    const pledge = 'P-1'
    await handle(submission(OFFICER, 'SubmitPledge', { ...terms, pledge }), submission(OFFICER, 'AcknowledgePledge', { pledge }))
    const [answer] = await handle(submission(OFFICER, 'AcceptPledge', { pledge }, { expectedRevision: 0 }))
    expect(answer).toEqual(E.left({ _tag: 'Conflict', actual: 1 }))
  })

  test('decides again on the new state when another writer was faster', async () => {
    const other = openCommandHandler({ store, clock })
    const pledge = 'P-1'
    await handle(submission(OFFICER, 'SubmitPledge', { ...terms, pledge }))
    await other.handle([submission(OFFICER, 'AcknowledgePledge', { pledge })])
    const [answer] = await handle(submission(OFFICER, 'AcceptPledge', { pledge }))
    expect(answer).toMatchObject({ _tag: 'Right', right: { outcome: 'accepted', revision: 2 } })
  })

  test('refuses by what another writer has written meanwhile, not by what it remembers', async () => {
    const other = openCommandHandler({ store, clock })
    const pledge = 'P-1'
    await handle(submission(OFFICER, 'SubmitPledge', { ...terms, pledge }), submission(OFFICER, 'AcceptPledge', { pledge }))
    await other.handle([submission(OFFICER, 'WithdrawPledge', { pledge, reason: 'given twice' })])
    const [again] = await handle(submission(OFFICER, 'AcceptPledge', { pledge }))
    expect(again).toMatchObject({ _tag: 'Left', left: { _tag: 'Rejected' } })
  })

  test('knows a stream as it is when the same command was given elsewhere at the same time', async () => {
    const other = openCommandHandler({ store, clock })
    const pledge = 'P-1'
    await handle(submission(OFFICER, 'SubmitPledge', { ...terms, pledge }))
    await other.handle([submission(OFFICER, 'AmendPledge', { pledge, quantity: 5 })])
    const accept = submission(OFFICER, 'AcceptPledge', { pledge })
    let decided = (): void => undefined
    const beforeAppend = new Promise<void>((resolve) => (decided = resolve))
    const slow: EventStore = {
      ...store,
      appendAll: async (appends) => {
        await beforeAppend
        return store.appendAll(appends)
      },
    }
    handler = openCommandHandler({ store: slow, clock })
    const late = handler.handle([accept])
    await other.handle([submission(OFFICER, 'AmendPledge', { pledge, quantity: 6 })])
    const [first] = await other.handle([accept])
    decided()
    expect(await late).toEqual([first])
    const [reserved] = await handle(
      submission(OFFICER, 'ReserveCapacity', { pledge, commitment: 'C-1', quantity: 6, from: terms.from, to: terms.to }),
    )
    expect(reserved).toMatchObject({ _tag: 'Right', right: { revision: 5 } })
  })

  test('lets the first answer stand when a command is refused here while it is accepted elsewhere', async () => {
    const other = openCommandHandler({ store, clock })
    const pledge = 'P-1'
    await handle(
      submission(OFFICER, 'SubmitPledge', { ...terms, pledge }),
      submission(OFFICER, 'ReturnPledge', { pledge, reasons: ['incomplete'] }),
    )
    const accept = submission(OFFICER, 'AcceptPledge', { pledge })
    let first: ReadonlyArray<Result> = []
    const overtaken: EventStore = {
      ...store,
      recordReceipts: async (receipts) => {
        await other.handle([submission(OFFICER, 'AmendPledge', { pledge, quantity: 3 })])
        first = await other.handle([accept])
        await store.recordReceipts(receipts)
      },
    }
    const second = await openCommandHandler({ store: overtaken, clock }).handle([accept])
    expect(first).toMatchObject([{ _tag: 'Right', right: { outcome: 'accepted' } }])
    expect(second).toEqual(first)
  })

  test('keeps an answer that it gave beside events which another process had written before', async () => {
    const other = openCommandHandler({ store, clock })
    const pledge = 'P-1'
    const same = submission(OFFICER, 'AmendPledge', { pledge, quantity: terms.quantity })
    const more = submission(OFFICER, 'AmendPledge', { pledge, quantity: 5 })
    await handle(submission(OFFICER, 'SubmitPledge', { ...terms, pledge }))
    const slower: EventStore = {
      ...store,
      appendAll: async (appends) => {
        await other.handle([more])
        return store.appendAll(appends)
      },
    }
    const [first, second] = await openCommandHandler({ store: slower, clock }).handle([same, more])
    expect(second).toMatchObject({ _tag: 'Right', right: { outcome: 'accepted' } })
    expect(await openCommandHandler({ store, clock }).handle([same, more])).toMatchObject([first, second])
  })

  test('takes thousands of commands at once and answers each in its place', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) =>
      submission(OFFICER, 'SubmitPledge', { ...terms, ownReference: `NPL/${index}`, pledge: `P-${index % 1_500}-${index}` }),
    )
    const answers = await handle(...many)
    expect(answers.map((answer) => (E.isRight(answer) ? answer.right.stream : answer.left))).toEqual(
      many.map(({ message }) => `pledge-${String(message.data['pledge'])}`),
    )
  })
})
