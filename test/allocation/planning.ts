/** What the tests ask of the engine, as values they can compare; a refusal is a failed test, said in full. */
import { allocate } from '@muster/allocation/allocate'
import { highsBackend } from '@muster/allocation-highs/backend'
import type { Plan } from '@muster/contracts/allocation/plan'
import * as E from 'fp-ts/lib/Either.js'

export type Mode = 'fast' | 'default' | 'exact'

/** Pools for all tests of a file; their workers do not keep the process alive. */
const backends = {
  default: highsBackend({ workers: 1, budget: 'default' }),
  exact: highsBackend({ workers: 1, budget: 'exact' }),
}

/** fast: the engine alone; default: with HiGHS where it is quick; exact: with HiGHS on every component. */
export const planOf = async (problem: unknown, mode: Mode): Promise<Plan> => {
  const answer = await allocate(problem, { mode, ...(mode === 'fast' ? {} : { backend: backends[mode] }) })()
  if (E.isLeft(answer)) throw new Error(`refused: ${JSON.stringify(answer.left)}`)
  return answer.right
}
