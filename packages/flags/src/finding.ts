/** What a detector answers, and the small words all detectors use. */
import type { FlagCommand, FlagKind } from '@muster/contracts/planning'
import type { Of } from '@muster/contracts/message'
import { catalogue } from './catalogue.ts'

/**
 * A finding: the flag it raises or keeps raised. Evidence is plain JSON. A finding about one contributor (`subject.contributor`)
 * shows nothing of another contributor's records, only totals; findings about several name none as the subject.
 */
export type Finding = Omit<Of<FlagCommand, 'RaiseFlag'>, 'type'>

const LONGEST_ID = 128

/**
 * `{kind}:{parts}`: the same subject always has the same id, so that a flag raised again is the same flag. An id that would be too
 * long keeps its beginning and ends in a hash of the whole.
 */
export const flagId = (kind: FlagKind, ...parts: ReadonlyArray<string>): string => {
  const id = [kind, ...parts].join(':')
  return id.length <= LONGEST_ID ? id : `${id.slice(0, LONGEST_ID - 17)}.${fnv1a(id)}`
}

/** FNV-1a, 64 bits: short, stable, and not meant against an adversary. Source: draft-eastlake-fnv. */
const fnv1a = (text: string): string => {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash.toString(16).padStart(16, '0')
}

type Draft = Omit<Finding, 'flag' | 'kind' | 'family'>

/** Of longer lists the evidence names so many and counts the others: a finding about thousands must stay small wherever it is kept. */
const MOST_NAMED = 200

const cut = (value: unknown): readonly [kept: unknown, notNamed: number] => {
  if (Array.isArray(value)) return [value.slice(0, MOST_NAMED), value.length - MOST_NAMED]
  if (typeof value !== 'object' || value === null) return [value, 0]
  const entries = Object.entries(value)
  return [Object.fromEntries(entries.slice(0, MOST_NAMED)), entries.length - MOST_NAMED]
}

const bounded = (evidence: Finding['evidence']): Finding['evidence'] => {
  const parts = Object.entries(evidence).map(([name, value]) => ({ name, cut: cut(value) }))
  const notNamed = parts.filter((part) => part.cut[1] > 0).map((part) => [part.name, part.cut[1]] as const)
  return notNamed.length === 0
    ? evidence
    : { ...Object.fromEntries(parts.map((part) => [part.name, part.cut[0]])), notNamed: Object.fromEntries(notNamed) }
}

/** `parts` make the id; family comes from the catalogue. */
export const finding = (kind: FlagKind, parts: ReadonlyArray<string>, draft: Draft): Finding => ({
  flag: flagId(kind, ...parts),
  kind,
  family: catalogue[kind].family,
  ...draft,
  evidence: bounded(draft.evidence),
})

/** `81.2 %` of a part in a whole. */
export const percentText = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`

/** `1,234` */
export const numberText = (value: number | bigint): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ',')

/** `1 commitment`, `2 commitments` */
export const countText = (count: number, thing: string): string => `${numberText(count)} ${thing}${count === 1 ? '' : 's'}`

const SHOWN = 10

/** `NPL, RWA and 12 others`; longer lists are in the evidence. */
export const listText = (names: ReadonlyArray<string>): string => {
  const shown = names.slice(0, SHOWN)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} ${rest === 1 ? 'other' : 'others'}`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Items by a key, keys in order of text. */
export const grouped = <T>(
  items: ReadonlyArray<T>,
  keyOf: (item: T) => string,
): ReadonlyArray<readonly [string, ReadonlyArray<T>]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups].toSorted(([a], [b]) => byText(a, b))
}

export const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)
