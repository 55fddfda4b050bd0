/** Every measurement in a process of its own: its memory is its own, and one that hangs or dies does not take the others with it. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url))
const LONGEST_MILLISECONDS = 20 * 60_000

export type Measured = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly why: string }

/** Left to itself V8 puts collecting off while there is memory: what a plan needs shows only under a limit. In megabytes. */
export interface HeapLimits {
  readonly old: number
  readonly semiSpace?: number
}

const heapFlags = ({ old, semiSpace }: HeapLimits): ReadonlyArray<string> => [
  `--max-old-space-size=${old}`,
  ...(semiSpace === undefined ? [] : [`--max-semi-space-size=${semiSpace}`]),
]

export const measureInChild = async (args: ReadonlyArray<string>, heap: HeapLimits = { old: 8_192 }): Promise<Measured> => {
  const child = spawn(process.execPath, [...heapFlags(heap), MEASURE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const patience = setTimeout(() => child.kill('SIGKILL'), LONGEST_MILLISECONDS)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? String(code)))
  })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  clearTimeout(patience)
  if (code !== '0') return { ok: false, why: `${args.join(' ')} ended with ${code}: ${err.trim().split('\n').at(-1) ?? ''}` }
  const result: unknown = JSON.parse(out)
  return { ok: true, result }
}
