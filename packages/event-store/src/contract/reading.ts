/** The contract of reading: ranges, pages, following, and never skipping; the log's own time. */
import { describe, expect, it } from 'vitest'
import type { Appended, Page } from '../event-store.ts'
import type { RecordedEvent, SettledPosition } from '../event.ts'
import { anyRevision, appended, collect, done, everything, happened, noStream, notes } from '../testing.ts'
import type { Fresh } from '../contract.ts'

export const promisesOfReading = (name: string, fresh: Fresh): void => {
  describe(`${name} as an event store: reading`, () => {
    it('reads any range of a stream, both ends included', async () => {
      const { store } = await fresh()
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((note) => happened(note))
      if (a && b && c && d) await appended(store, { stream: 'pledge-1', expected: noStream, events: [a, b, c, d] })
      await appended(store, { stream: 'pledge-10', expected: noStream, events: [happened('other')] })
      const range = async (from?: number, to?: number) => notes(await collect(store.readStream('pledge-1', from, to)))
      expect(await range()).toEqual(['a', 'b', 'c', 'd'])
      expect(await range(1, 2)).toEqual(['b', 'c'])
      expect(await range(3)).toEqual(['d'])
      expect(await range(undefined, 0)).toEqual(['a'])
      expect(await range(4)).toEqual([])
      expect(await collect(store.readStream('pledge-unheard-of'))).toEqual([])
    })

    it('pages through everything in rising positions and says where the tail is', async () => {
      const { store } = await fresh()
      expect(await collect(store.readAll('start', { pageSize: 3, follow: false }))).toEqual([
        { events: [], through: 0, isTail: true },
      ])
      const answers = await store.appendAll(
        Array.from({ length: 10 }, (_, index) => ({
          stream: `pledge-${index}`,
          expected: noStream,
          events: [happened(String(index))] as const,
        })),
      )
      // A store that writes streams side by side may order them otherwise than they were given; the answers tell how.
      const order = [...answers.entries()]
        .toSorted(([, a], [, b]) => done(a).position - done(b).position)
        .map(([index]) => String(index))
      const read = await collect(store.readAll('start', { pageSize: 3, follow: false }))
      const events = read.flatMap((page) => page.events)
      expect(notes(events)).toEqual(order)
      for (const [index, event] of events.entries()) expect(event.position).toBeGreaterThan(events[index - 1]?.position ?? 0)
      for (const page of read) {
        expect(page.events.length).toBeLessThanOrEqual(3)
        expect(page.through).toBeGreaterThanOrEqual(page.events.at(-1)?.position ?? 0)
      }
      expect(read.at(-1)?.isTail).toBe(true)
      expect(read.at(-1)?.through).toBe(await store.head())
      const fifth = events[4]
      expect(fifth && notes(await everything(store, fifth.position))).toEqual(order.slice(5))
      expect(await everything(store, await store.head())).toEqual([])
    })

    it('ends at `until`, that event included', async () => {
      const { store } = await fresh()
      const answers: Appended[] = []
      for (const note of ['a', 'b', 'c', 'd', 'e']) {
        answers.push(await appended(store, { stream: `pledge-${note}`, expected: noStream, events: [happened(note)] }))
      }
      const until = answers[2]?.position
      if (until === undefined) throw new Error('nothing was appended')
      for (const follow of [false, true]) {
        const read = await collect(store.readAll('start', { pageSize: 2, follow, until }))
        expect(notes(read.flatMap((page) => page.events))).toEqual(['a', 'b', 'c'])
        expect(read.at(-1)?.through).toBe(until)
      }
    })

    it('follows the log as it grows, until the signal', async () => {
      const { store } = await fresh()
      await appended(store, { stream: 'pledge-1', expected: noStream, events: [happened('0')] })
      const stop = new AbortController()
      const seen: RecordedEvent[] = []
      const caughtUp = Promise.withResolvers<void>()
      const reading = (async () => {
        for await (const page of store.readAll('start', { pageSize: 2, follow: true, signal: stop.signal })) {
          seen.push(...page.events)
          if (page.isTail) caughtUp.resolve()
          if (seen.length === 6) stop.abort()
        }
      })()
      await caughtUp.promise
      for (const note of ['1', '2', '3', '4', '5']) {
        await appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened(note)] })
      }
      await reading
      expect(notes(seen)).toEqual(['0', '1', '2', '3', '4', '5'])
    })

    it('stops following at once when the signal comes while it waits', async () => {
      const { store } = await fresh()
      const stop = new AbortController()
      const read: Page[] = []
      const reading = (async () => {
        for await (const page of store.readAll('start', { pageSize: 2, follow: true, signal: stop.signal })) read.push(page)
      })()
      await store.head()
      setImmediate(() => stop.abort())
      await reading
      expect(read.flatMap((page) => page.events)).toEqual([])
      expect(await collect(store.readAll('start', { pageSize: 2, follow: true, signal: stop.signal }))).toEqual([])
    })

    it('never lets a reader of everything skip an event while commits of many writers interleave', async () => {
      const { store } = await fresh()
      const writers = 8
      const rounds = 25
      const total = writers * rounds * 2
      const stop = new AbortController()
      const follow = async (
        pageSize: number,
      ): Promise<{ seen: RecordedEvent[]; proofs: Array<{ through: SettledPosition; count: number }> }> => {
        const seen: RecordedEvent[] = []
        const proofs: Array<{ through: SettledPosition; count: number }> = []
        for await (const page of store.readAll('start', { pageSize, follow: true, signal: stop.signal })) {
          seen.push(...page.events)
          proofs.push({ through: page.through, count: seen.length })
          if (seen.length >= total) break
        }
        return { seen, proofs }
      }
      const readers = [follow(1), follow(3), follow(1000)]
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let round = 0; round < rounds; round += 1) {
            const stream = `pledge-${(writer * 7 + round * 3) % 11}`
            await appended(store, {
              stream,
              expected: anyRevision,
              events: [happened(`${writer}/${round}`), happened(`${writer}/${round}`)],
            })
            if (round % 5 === writer % 5) await new Promise((resolve) => setImmediate(resolve))
          }
        }),
      )
      const truth = await everything(store)
      expect(truth).toHaveLength(total)
      for (const { seen, proofs } of await Promise.all(readers)) {
        expect(seen.map((event) => event.id)).toEqual(truth.map((event) => event.id))
        // What a page called settled stayed so: nothing appeared at or before it afterwards.
        for (const { through, count } of proofs) expect(truth.filter((event) => event.position <= through)).toHaveLength(count)
      }
      stop.abort()
    })
  })

  describe(`${name} as an event store: time`, () => {
    it('knows when a position was recorded and what was known at an instant', async () => {
      const { store } = await fresh()
      expect(await store.timeOf(await store.head())).toBeUndefined()
      for (const note of ['a', 'b', 'c'])
        await appended(store, { stream: 'pledge-1', expected: anyRevision, events: [happened(note), happened(note)] })
      const events = await everything(store)
      for (const [index, event] of events.entries()) {
        expect(event.recordedAt >= (events[index - 1]?.recordedAt ?? '')).toBe(true)
        expect(await store.timeOf(event.position)).toBe(event.recordedAt)
        const known = await store.positionAt(event.recordedAt)
        expect(known).toBe(events.findLast((other) => other.recordedAt <= event.recordedAt)?.position)
      }
      expect(await store.positionAt('1945-10-24T00:00:00.000Z')).toBe(0)
      expect(await store.positionAt('9999-12-31T23:59:59.999Z')).toBe(await store.head())
    })
  })
}
