/** A stream of synthetic commands in which order matters, from a sender who repeats itself; and what must have come of it. */
import { expect } from 'vitest'
import { until } from '@muster/broker/testing'
import type { EventStore } from '@muster/event-store/event-store'
import { streamId } from '@muster/event-store/event'
import { amend, eventsOf, NEPAL, RWANDA, submit, type Post, type Posted } from '@muster/intake/kafka/testing'
import type { Chance } from '../support/chance.ts'

export interface Stream {
  /** Pledges, each submitted once and amended so many times, mixed; each pledge's commands in their order. */
  readonly posted: ReadonlyArray<Posted>
  /** The same with repeats: some commands come again behind later ones. */
  readonly withRepeats: ReadonlyArray<Posted>
}

const tokenFor = (pledge: string): string => (pledge.startsWith('NPL') ? NEPAL : RWANDA)

export const streamOf = (
  { next, of }: Chance,
  { name, pledges, amendments }: { readonly name: string; readonly pledges: number; readonly amendments: number },
): Stream => {
  const waiting = Array.from({ length: pledges }, (_, index) => {
    const pledge = `${index % 2 === 0 ? 'NPL' : 'RWA'}-${name}-${index}`
    const token = tokenFor(pledge)
    return [
      submit(pledge, token, { quantity: 1 }),
      ...Array.from({ length: amendments }, (_, turn) => amend(pledge, turn + 2, token)),
    ]
  })
  const posted: Posted[] = []
  const withRepeats: Posted[] = []
  while (waiting.some(({ length }) => length > 0)) {
    const next1 = of(waiting.filter(({ length }) => length > 0)).shift()
    if (next1 === undefined) continue
    posted.push(next1)
    withRepeats.push(next1)
    if (next() < 0.15) withRepeats.push(of(posted))
  }
  return { posted, withRepeats }
}

const idOf = ({ headers }: Posted): string => headers['ce_id'] ?? ''

/** Every command has an answer. */
export const allAnswered = (post: Post, { posted }: Stream): Promise<void> => {
  const wanted = new Set(posted.map(idOf))
  return until(`${wanted.size} answers`, () => {
    const answered = new Set(post.results.map(({ headers }) => headers['ce_id'] ?? ''))
    return [...wanted].every((id) => answered.has(id))
  })
}

/**
 * Each command once in the log, each record's in their order; each accepted, and every later answer as the first. Their positions lie at or
 * behind the command's event: two commands of one write may be answered with the place of either.
 */
export const expectOnceInOrder = async (store: EventStore, post: Post, { posted }: Stream): Promise<void> => {
  const keys = new Set(posted.map(({ key }) => key))
  const events = (await eventsOf(store)).filter(({ stream }) => keys.has(streamId(stream)))
  const quantities = Map.groupBy(events, ({ stream }) => streamId(stream))
  expect(quantities.size).toBe(keys.size)
  for (const [pledge, ofPledge] of quantities) {
    const sent = posted.filter(({ key }) => key === pledge).length
    expect(ofPledge.map(({ revision }) => revision)).toEqual(Array.from({ length: sent }, (_, revision) => revision))
    expect(ofPledge.map(({ data }) => quantityIn(data))).toEqual(Array.from({ length: sent }, (_, turn) => turn + 1))
  }
  for (const message of posted) {
    const [first, ...repeats] = post.answersTo(idOf(message))
    expect(first).toMatchObject({ outcome: 'accepted', stream: `pledge-${message.key}` })
    const place = events.find(({ id }) => first?.eventIds?.includes(id))?.position
    expect(first?.position).toBeGreaterThanOrEqual(place ?? Infinity)
    for (const { position, ...repeat } of repeats) {
      expect({ ...repeat, position: first?.position }).toEqual(first)
      expect(position).toBeGreaterThanOrEqual(place ?? Infinity)
    }
  }
}

const quantityIn = (data: unknown): unknown => {
  if (typeof data !== 'object' || data === null) return undefined
  if ('terms' in data) return quantityIn(data.terms)
  return 'quantity' in data ? data.quantity : undefined
}
