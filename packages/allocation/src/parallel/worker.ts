/** Covers the components it is sent, one message each. */
import { parentPort } from 'node:worker_threads'
import { coverComponent, type Coverage } from '../coverage.ts'
import type { Slice } from './slice.ts'

export interface Job {
  readonly index: number
  readonly slice: Slice
}

export interface Done {
  readonly index: number
  /** Tours in the numbering of the slice. */
  readonly coverage: Coverage
}

parentPort?.on('message', ({ index, slice }: Job) => {
  const done: Done = { index, coverage: coverComponent(slice.model, slice.component) }
  parentPort?.postMessage(done)
})
