import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { RecordedEvent } from '@muster/event-store/event'
import type { EventStore } from '@muster/event-store/event-store'
import { everything } from '@muster/event-store/testing'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'

const ROUNDS = 10

const Acknowledged = z.object({ commandId: z.string(), position: z.int(), revision: z.int() })
type Acknowledged = z.infer<typeof Acknowledged>
const Payload = z.object({ command: z.string(), of: z.int() })

let folder: string
let path: string
let running: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-crash-'))
  path = join(folder, 'events.db')
})
afterEach(async () => {
  if (running && running.exitCode === null && running.signalCode === null) await killed(running)
  rmSync(folder, { recursive: true, force: true })
})

const killed = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

interface Storm {
  readonly child: ChildProcess
  /** Lines it has printed so far. */
  readonly lines: () => ReadonlyArray<string>
  /** Resolves once it has printed so many. */
  readonly printed: (count: number) => Promise<void>
}

const startStorm = (seed: number): Storm => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'storm.ts'), path, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running = child
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  // A line that the kill cut off was not received.
  const lines = (): ReadonlyArray<string> => output.split('\n').slice(0, -1)
  return {
    child,
    lines,
    printed: async (count) => {
      while (lines().length < count) {
        if (child.exitCode !== null) throw new Error(`the storm ended by itself: ${child.exitCode}`)
        await sleep(5)
      }
    },
  }
}

const acknowledgedBy = (storm: Storm): ReadonlyArray<Acknowledged> =>
  storm
    .lines()
    .slice(1)
    .map((line) => Acknowledged.parse(JSON.parse(line)))

const opened = async (): Promise<EventStore> => {
  const store = await openSqliteEventStore({ path })()
  if (E.isLeft(store)) throw new Error(store.left.message)
  return store.right
}

const byCommand = (events: ReadonlyArray<RecordedEvent>): ReadonlyMap<string, ReadonlyArray<RecordedEvent>> =>
  Map.groupBy(events, (event) => event.metadata.commandId)

const expectNothingTwice = (events: ReadonlyArray<RecordedEvent>): void => {
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
  expect(events.map((event) => event.position)).toEqual(events.map((_, index) => index + 1))
  for (const stream of Map.groupBy(events, (event) => event.stream).values()) {
    expect(stream.map((event) => event.revision)).toEqual(stream.map((_, index) => index))
  }
}

/** An append is there with all its events, side by side, and its receipt, or with none of them. */
const expectNothingHalf = async (
  store: EventStore,
  commands: ReadonlyMap<string, ReadonlyArray<RecordedEvent>>,
): Promise<void> => {
  for (const [command, events] of commands) {
    const last = events.at(-1)
    expect(events.map((event) => Payload.parse(event.data))).toEqual(events.map(() => ({ command, of: events.length })))
    expect(last && last.revision - (events[0]?.revision ?? 0)).toBe(events.length - 1)
    expect((await store.receiptOf(command))?.position).toBe(last?.position)
  }
}

describe('a process killed in a storm of appends', () => {
  it(`keeps what it acknowledged, nothing twice, nothing half, ${ROUNDS} times over on one store`, async () => {
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const storm = startStorm(round)
      await storm.printed(40 + round * 37)
      await killed(storm.child)
      const answers = acknowledgedBy(storm)
      expect(answers.length).toBeGreaterThan(0)
      acknowledged.push(...answers)

      // Opening proves that the lock went with the process.
      const store = await opened()
      const events = await everything(store)
      const commands = byCommand(events)
      for (const { commandId, position, revision } of acknowledged) {
        expect(commands.get(commandId)?.at(-1)).toMatchObject({ position, revision })
      }
      expectNothingTwice(events)
      await expectNothingHalf(store, commands)
      await store.close()
    }
  })
})

describe('a second process on the same store', () => {
  it('is told who has it, may read, and gets it once the first is gone', async () => {
    const storm = startStorm(1)
    await storm.printed(10)
    const refused = await openSqliteEventStore({ path })()
    expect(refused).toMatchObject(
      E.left({
        _tag: 'AlreadyOpen',
        pid: storm.child.pid,
        message: expect.stringContaining(`Another process (pid ${storm.child.pid}) has the store ${path} open for writing.`),
      }),
    )
    const reading = await openSqliteEventStore({ path, readOnly: true })()
    if (E.isLeft(reading)) throw new Error(reading.left.message)
    const seen = await everything(reading.right)
    expect(seen.length).toBeGreaterThan(9)
    await reading.right.close()
    await killed(storm.child)
    const store = await opened()
    expect((await everything(store)).slice(0, seen.length)).toEqual(seen)
    await store.close()
  })
})
