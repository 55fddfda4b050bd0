/** One run of the optimiser beside the serving thread: a problem comes in, a plan or an error goes out, and the thread ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { allocate } from '@muster/allocation/allocate'
import { highsBackend } from '@muster/allocation-highs/backend'

const backend = highsBackend({ workers: 1, budget: 'default' })
const result = await allocate(workerData, { backend })()
await backend.close()
parentPort?.postMessage(result)
