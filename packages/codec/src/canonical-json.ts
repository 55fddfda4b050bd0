/** RFC 8785 canonical JSON and digests over it: the same value gives the same bytes wherever it is computed. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** Canonical text of a JSON value. Throws on what JSON cannot express (undefined at the top, NaN, a cycle): a programming error. */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('canonicalJson: not a JSON value')
  return text
}

/** `sha256:` and 64 hex digits over the canonical text. */
export const digestOf = (value: unknown): string => `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`
