/** Reading JSON documents named on the command line; `-` is stdin. */
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'

/** What a command may touch of the outside world. */
export interface Io {
  readonly read: (path: string) => Promise<string>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

export const systemIo: Io = {
  read: (path) => (path === '-' ? text(process.stdin) : readFile(path, 'utf8')),
  out: (chunk) => void process.stdout.write(chunk),
  err: (chunk) => void process.stderr.write(chunk),
}

export type ReadDocument =
  | { readonly _tag: 'Document'; readonly document: unknown }
  /** In one sentence: there is no such file, or it is not JSON. */
  | { readonly _tag: 'Unreadable'; readonly message: string }

export const readDocument = async (path: string, io: Io): Promise<ReadDocument> => {
  const name = path === '-' ? 'stdin' : path
  try {
    const document: unknown = JSON.parse(await io.read(path))
    return { _tag: 'Document', document }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return {
      _tag: 'Unreadable',
      message: cause instanceof SyntaxError ? `${name} is not JSON: ${message}` : `${name}: ${message}`,
    }
  }
}
