/** One HiGHS runtime in a thread of its own. A WebAssembly heap never shrinks, so the answer says how large it has become. */
import { parentPort } from 'node:worker_threads'
import { perform, type Job, type JobResult } from './job.ts'
import { loadRuntime } from './runtime.ts'

export interface WorkerAnswer {
  readonly result: JobResult
  readonly heapBytes: number
}

const runtime = loadRuntime()

const serve = async (job: Job): Promise<void> => {
  const highs = await runtime
  const answer: WorkerAnswer = { result: perform(highs, job), heapBytes: highs.memoryBytes }
  parentPort?.postMessage(answer)
}

parentPort?.on('message', (job: Job) => {
  void serve(job)
})
