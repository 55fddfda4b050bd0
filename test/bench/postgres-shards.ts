/**
 * `node test/bench/postgres-shards.ts [EVENTS] [ROUNDS]`: how fast a log becomes rows in PostgreSQL, by how many shards in how many processes.
 * Log, projectors and database share the machine, so that more of them gain only where a core is free for each.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import type { Append } from '@muster/event-store/event-store'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openPostgresReadModels } from '@muster/read-models/open'
import { startPostgres } from '@muster/read-models/testing/postgres'
import { syntheticPages } from './projection/log.ts'

const SETUPS = [
  { processes: 1, shards: 1 },
  { processes: 1, shards: 2 },
  { processes: 1, shards: 4 },
  { processes: 2, shards: 2 },
  { processes: 2, shards: 4 },
] as const
const PATIENCE_MS = 300_000

const events = Number(process.argv[2] ?? 100_000)
const rounds = Number(process.argv[3] ?? 3)
const clock = () => '2027-01-01T00:00:00.000Z'
const folder = await mkdtemp(join(tmpdir(), 'muster-bench-shards-'))
const path = join(folder, 'events.db')

const fillLog = async (): Promise<number> => {
  const opened = await openSqliteEventStore({ path, clock })()
  if (isLeft(opened)) throw new Error(opened.left.message)
  const store = opened.right
  for (const page of syntheticPages(events, 2_000)) {
    const appends = [...Map.groupBy(page, ({ stream }) => stream)].flatMap(([stream, own]): ReadonlyArray<Append> =>
      isNonEmpty(own) ? [{ stream, expected: { _tag: 'Any' }, events: own }] : [],
    )
    for (const answer of await store.appendAll(appends)) if (isLeft(answer)) throw new Error(answer.left._tag)
  }
  const head = await store.head()
  await store.close()
  return head
}

/** Events per second from the word go until the slot furthest behind stands at the head. */
const measure = async (database: string, head: number, { processes, shards }: (typeof SETUPS)[number]): Promise<number> => {
  const readModels = await openPostgresReadModels({ connectionString: database }, { clock })
  const projectors = Array.from({ length: processes }, () => {
    const args = [join(import.meta.dirname, 'postgres-shards-process.ts'), path, database, String(shards)]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let held = 0
    createInterface({ input: child.stdout }).on('line', (line) => {
      held = Number(line)
    })
    return { child, held: () => held }
  })
  try {
    const deadline = performance.now() + PATIENCE_MS
    const waitUntil = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await condition())) {
        if (performance.now() > deadline) throw new Error('the projectors did not get there')
        await setTimeout(10)
      }
    }
    await waitUntil(() => projectors.every(({ held }) => held() === shards / processes))
    const start = performance.now()
    for (const { child } of projectors) child.stdin.write('go\n')
    await waitUntil(async () => (await readModels.position()) >= head)
    return (events / (performance.now() - start)) * 1_000
  } finally {
    for (const { child } of projectors) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await readModels.close()
  }
}

const server = await startPostgres()
try {
  const head = await fillLog()
  const rates = SETUPS.map((): number[] => [])
  // Round by round, so that what else goes on in the machine meets all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, setup] of SETUPS.entries()) {
      rates[index]?.push(await measure(await server.database(`bench_${round}_${index}`), head, setup))
    }
  }
  for (const [index, { processes, shards }] of SETUPS.entries()) {
    const measured = (rates[index] ?? []).toSorted((a, b) => a - b)
    const shown = [measured[Math.floor(measured.length / 2)] ?? 0, ...measured].map((rate) =>
      Math.round(rate).toLocaleString('en'),
    )
    process.stdout.write(
      `${processes} process(es), ${shards} shard(s): median ${shown[0]} events/s of ${shown.slice(1).join('; ')}\n`,
    )
  }
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}
