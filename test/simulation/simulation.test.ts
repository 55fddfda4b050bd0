/**
 * The distributed set under random work and random faults, thousands of times. `MUSTER_SEED=n npx vitest run test/simulation` plays one run
 * alone and prints every step of it.
 */
import { describe, expect, test } from 'vitest'
import { mutations } from './mutations.ts'
import { regressions } from './regressions.ts'
import { simulate, type Outcome } from './world/simulate.ts'

const SEEDS = 2_000
/** However busy the machine is; alone on a core all seeds take about a minute. */
const PATIENCE_MS = 1_200_000
/** How many seeds are enough to find any of the faults built in on purpose. */
const BOUND = 400

const wanted = process.env['MUSTER_SEED']
const failing = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> =>
  outcomes.filter(({ broken }) => broken.length > 0).map(({ seed, broken }) => `MUSTER_SEED=${seed}: ${broken.join('; ')}`)

const playOne = (seed: string): void => {
  test(`MUSTER_SEED=${seed}`, async () => {
    const { broken, hash } = await simulate(Number(seed), { tell: (line) => console.log(line) })
    console.log(`trace ${hash}`)
    expect(broken).toEqual([])
  })
}

const playAll = (): void => {
  describe('a simulated run', () => {
    test('is fixed by its seed', async () => {
      for (const seed of [1, 2, 3]) {
        const [first, second] = [await simulate(seed), await simulate(seed)]
        expect(second).toEqual(first)
      }
      expect((await simulate(1)).hash).not.toBe((await simulate(2)).hash)
    })

    test.each(regressions)('holds where it once failed, seed $seed: $was', async ({ seed }) => {
      expect(failing([await simulate(seed)])).toEqual([])
    })

    test(`loses nothing, does nothing twice and comes to rest, ${SEEDS} seeds`, { timeout: PATIENCE_MS }, async () => {
      const failed: string[] = []
      const sum = { steps: 0, events: 0, deaths: 0 }
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const outcome = await simulate(seed)
        failed.push(...failing([outcome]))
        sum.steps += outcome.steps
        sum.events += outcome.events
        sum.deaths += outcome.deaths
      }
      console.log(`simulated ${SEEDS} seeds: ${sum.steps} steps, ${sum.events} events, ${sum.deaths} deaths of processes`)
      expect(failed.slice(0, 10)).toEqual([])
      expect(sum.deaths).toBeGreaterThan(SEEDS)
    })

    test.each(Object.entries(mutations))(`finds %s within ${BOUND} seeds`, { timeout: PATIENCE_MS }, async (name, mutation) => {
      let found: Outcome | undefined
      for (let seed = 1; seed <= BOUND && found === undefined; seed += 1) {
        const outcome = await simulate(seed, { mutation })
        if (outcome.broken.length > 0) found = outcome
      }
      console.log(`${name}: seed ${found?.seed}: ${found?.broken[0]}`)
      expect(found).toBeDefined()
    })
  })
}

if (wanted === undefined) playAll()
else playOne(wanted)
