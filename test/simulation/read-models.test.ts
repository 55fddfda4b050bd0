/** The same runs with the projector itself on SQLite: after every storm its rows are those of a cold rebuild, version for version. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readModelFiles, type ReadModelFiles } from './harness/read-models.ts'
import { simulate } from './world/simulate.ts'

const FIRST = 10_001
const SEEDS = 100

let files: ReadModelFiles
beforeAll(async () => {
  files = await readModelFiles()
})
afterAll(() => files.remove())

test(`read models equal a cold rebuild, ${SEEDS} seeds`, { timeout: 1_200_000 }, async () => {
  const failed: string[] = []
  let deaths = 0
  for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
    const outcome = await simulate(seed, { files })
    deaths += outcome.deaths
    if (outcome.broken.length > 0) failed.push(`seed ${seed}: ${outcome.broken.join('; ')}`)
  }
  console.log(`simulated ${SEEDS} seeds with read models in SQLite: ${deaths} deaths of processes`)
  expect(failed.slice(0, 10)).toEqual([])
})
