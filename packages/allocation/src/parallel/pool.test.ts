import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { compile } from '../compile.ts'
import { coverComponent } from '../coverage.ts'
import { readProblem } from '../problem.ts'
import { problemOf } from '../testing.ts'
import { coverInWorkers } from './pool.ts'

const model = () => {
  const capabilities = ['INF-BN', 'AVN', 'FUNDING']
  const read = readProblem(
    problemOf({
      lines: capabilities.flatMap((capability) =>
        [1, 2, 3].map((i) => ({ id: `${capability}-${i}`, capability, tier: i, quantity: 2 })),
      ),
      pledges: capabilities.flatMap((capability) =>
        [3, 4, 5].map((tour) => ({ id: `P-${capability}-${tour}`, capability, tour, window: [0, 2 * tour] as const })),
      ),
    }),
  )
  return E.isLeft(read) ? expect.fail(JSON.stringify(read.left)) : compile(read.right)
}

it('answers the same whatever the number of workers', async () => {
  const compiled = model()
  const here = compiled.components.map((component) => coverComponent(compiled, component))
  for (const workers of [1, 2, 3]) {
    const answer = await coverInWorkers(compiled, { workers, onDone: () => undefined, signal: undefined })
    expect(answer).toEqual(E.right(here))
  }
})

it('ends with a value when the signal is raised', async () => {
  const answer = await coverInWorkers(model(), { workers: 2, onDone: () => undefined, signal: AbortSignal.abort() })
  expect(answer).toEqual(E.left({ _tag: 'Cancelled' }))
})
