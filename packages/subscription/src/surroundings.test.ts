import { expect, it } from 'vitest'
import { pauseAfter, systemSurroundings } from './surroundings.ts'

it('doubles the pause from try to try up to ten seconds, half of it chance', () => {
  const least = [1, 2, 3, 8, 9, 100].map((failures) => pauseAfter(failures, () => 0))
  expect(least).toEqual([25, 50, 100, 3200, 5000, 5000])
  const most = [1, 2, 3, 8, 9, 100].map((failures) => pauseAfter(failures, () => 1))
  expect(most).toEqual([50, 100, 200, 6400, 10_000, 10_000])
})

it('wakes from sleep at once when the signal comes', async () => {
  const stop = new AbortController()
  const asleep = systemSurroundings.sleep(3_600_000, stop.signal)
  stop.abort()
  await expect(asleep).resolves.toBeUndefined()
  await expect(systemSurroundings.sleep(3_600_000, stop.signal)).resolves.toBeUndefined()
})
