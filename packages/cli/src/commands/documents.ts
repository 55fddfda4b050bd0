/** Reading JSON documents named on the command line; `-` is stdin. */
import { readFile } from 'node:fs/promises'
import type { Context } from '../context.ts'

/** The part of the context that pure commands may touch. */
export type Terminal = Pick<Context, 'stdin' | 'stdout' | 'stderr'>

export type ReadDocument =
  | { readonly _tag: 'Document'; readonly document: unknown }
  /** In one sentence: there is no such file, or it is not JSON. */
  | { readonly _tag: 'Unreadable'; readonly message: string }

export const readDocument = async (path: string, { stdin }: Terminal): Promise<ReadDocument> => {
  const name = path === '-' ? 'stdin' : path
  try {
    const document: unknown = JSON.parse(await (path === '-' ? stdin() : readFile(path, 'utf8')))
    return { _tag: 'Document', document }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return {
      _tag: 'Unreadable',
      message: cause instanceof SyntaxError ? `${name} is not JSON: ${message}` : `${name}: ${message}`,
    }
  }
}
