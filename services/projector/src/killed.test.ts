/** A projector killed at any moment goes on where its rows stand: nothing left out, nothing twice, equal to a cold rebuild. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EventStore } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openSqliteReadModels } from '@muster/read-models/open'
import { startProjector } from './projector.ts'
import { happen } from './testing/happen.ts'

/** Pages after which the process is killed: at once, in the middle, between two lines of output. */
const PAGES = [1, 3, 2, 5, 1, 4]
const clock = () => '2027-01-01T00:00:00.000Z'

let folder: string
let store: EventStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-killed-projector-'))
  const opened = await openSqliteEventStore({ path: join(folder, 'events.db'), clock })()
  if (isLeft(opened)) throw new Error(`the log could not be opened: ${JSON.stringify(opened.left)}`)
  store = opened.right
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

const runUntilKilled = async (pages: number): Promise<void> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'testing', 'fill.ts'), join(folder, 'events.db'), join(folder, 'rows.db')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let written = 0
  createInterface({ input: child.stdout }).on('line', () => {
    written += 1
    if (written >= pages) child.kill('SIGKILL')
  })
  await once(child, 'exit')
  expect(written).toBeGreaterThanOrEqual(pages)
}

it('equals a cold rebuild after being killed again and again', async () => {
  for (const [round, pages] of PAGES.entries()) {
    await happen(store, round)
    await runUntilKilled(pages)
  }
  const readModels = await openSqliteReadModels(join(folder, 'rows.db'), { clock })
  const stood = await readModels.position()
  expect(stood).toBeGreaterThan(0)
  const projector = await startProjector({ store, readModels, clock, pageSize: 50 })
  const head = await store.head()
  expect(await projector.waitFor(head, 20_000)).toBe(true)
  expect(await projector.rebuild()).toMatchObject({ _tag: 'Swapped', comparison: { position: head, differing: 0 } })
  expect((await projector.status()).parked).toEqual([])
  await projector.stop()
  await readModels.close()
})
