import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { DomainEvent } from '@muster/contracts/events'
import { memoryEventStore } from '@muster/event-store/memory'
import { anyRevision, appended } from '@muster/event-store/testing'
import { virtualSurroundings } from '@muster/subscription/testing'
import type { StandingBy } from '@muster/subscription/standby'
import { broken, notYet, type Unhandled } from './give.ts'
import { startReactor } from './reactor.ts'

const clock = (): string => '2027-01-01T00:00:00.000Z'
const store = memoryEventStore({ clock })
const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
for (const [index, plan] of ['p1', 'p2'].entries()) {
  const id = ids[index] ?? ''
  await appended(store, {
    stream: `plan-${plan}`,
    expected: anyRevision,
    events: [
      {
        id,
        type: 'PlanApproved',
        data: { plan },
        metadata: { commandId: id, correlationId: id, causationId: id, actor: { role: 'officer' }, effectiveOn: '2027-01-01' },
      },
    ],
  })
}
const head = await store.head()

const begun = (name: string, react: (event: DomainEvent) => Promise<E.Either<Unhandled, void>>) => {
  const surroundings = virtualSurroundings()
  let position = 0
  const reactor = startReactor({
    name,
    kinds: ['plan'],
    store,
    checkpoint: {
      position: async () => position,
      move: async (_, to) => {
        position = to
        return E.right(undefined)
      },
    },
    clock,
    surroundings,
    react,
  })
  return { reactor, position: () => position, slept: surroundings.slept }
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

const parkedBy = async (reactor: StandingBy): Promise<ReadonlyArray<string>> =>
  (await reactor.status()).parked.map(({ stream }) => stream)

test('waits for a log that is away for a while, and parks nothing', async () => {
  let failures = 0
  const handled: string[] = []
  const { reactor, position, slept } = begun('patient', async (event) => {
    failures += 1
    if (failures <= 20) return notYet({ _tag: 'Unavailable', message: 'The log did not answer.' })
    handled.push(event.type)
    return E.right(undefined)
  })
  await until(() => position() >= head)
  expect(handled).toEqual(['PlanApproved', 'PlanApproved'])
  expect(await parkedBy(reactor)).toEqual([])
  expect(slept.length).toBeGreaterThanOrEqual(20)
  await reactor.stop()
})

test('parks a stream that no time can mend, and goes on with the others', async () => {
  const handled: string[] = []
  const { reactor, position } = begun('strict', async (event) => {
    const plan = 'plan' in event ? String(event.plan) : ''
    if (plan === 'p1') return broken('it was never computed')
    handled.push(plan)
    return E.right(undefined)
  })
  await until(() => position() >= head)
  expect(handled).toContain('p2')
  expect(await parkedBy(reactor)).toEqual(['plan-p1'])
  await reactor.stop()
})
