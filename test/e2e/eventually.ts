/** Waiting for what the engine does by itself, such as computing a plan or raising a flag. */
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 100
const PATIENCE_MS = 45_000

/** The first answer that is not undefined; fails when there is none for a long while. */
export const eventually = async <A>(look: () => Promise<A | undefined>): Promise<A> => {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error('it did not come to pass')
    await sleep(LOOK_EVERY_MS)
  }
}
