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

const ITEMS_AT_ONCE = 1_000

/** The text of a document piece by piece: a plan of a million pledges is longer than the longest string there can be. */
export function* jsonPieces(document: object): Generator<string> {
  let before = '{'
  for (const [key, value] of Object.entries(document)) {
    if (value === undefined) continue
    yield `${before}${JSON.stringify(key)}:`
    before = ','
    if (Array.isArray(value)) yield* arrayPieces(value)
    else yield JSON.stringify(value)
  }
  yield before === '{' ? '{}\n' : '}\n'
}

function* arrayPieces(items: ReadonlyArray<unknown>): Generator<string> {
  yield '['
  for (let i = 0; i < items.length; i += ITEMS_AT_ONCE)
    yield `${i === 0 ? '' : ','}${JSON.stringify(items.slice(i, i + ITEMS_AT_ONCE)).slice(1, -1)}`
  yield ']'
}
