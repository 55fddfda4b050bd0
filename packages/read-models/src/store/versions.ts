/** From changes to row versions: each is valid from its event's position until the next change of its row. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf, FOREVER, type Row, type Table } from '../table.ts'
import type { Change, Projection, Recorded } from '../change.ts'
import type { Closing, Opening } from './row-store.ts'

export interface Located {
  readonly recorded: Recorded
  readonly changes: ReadonlyArray<Change>
}

/** An event that could not be projected. */
export interface Failure {
  readonly stream: string
  readonly revision: number
  readonly position: number
  readonly reason: string
}

export interface TableWrites {
  readonly table: Table
  readonly closings: ReadonlyArray<Closing>
  readonly openings: ReadonlyArray<Opening>
}

const failureOf = ({ stream, revision, position }: Recorded, cause: unknown): Failure => ({
  stream,
  revision,
  position,
  reason: cause instanceof Error ? cause.message : String(cause),
})

/** Asks the projection about every event, up to the first that it cannot take. */
export const changesOf = (
  projection: Projection,
  events: ReadonlyArray<Recorded>,
): E.Either<Failure, ReadonlyArray<Located>> => {
  const located: Located[] = []
  for (const recorded of events) {
    try {
      located.push({ recorded, changes: projection(recorded) })
    } catch (cause) {
      return E.left(failureOf(recorded, cause))
    }
  }
  return E.right(located)
}

/**
 * Keys of which the row in force must be known before folding, by table. Rows that come up as new are taken at their word
 * when `trusting`.
 */
export const keysToLoad = (
  located: ReadonlyArray<Located>,
  trusting: boolean,
): ReadonlyMap<Table, ReadonlyArray<string>> => {
  const mustLoad = new Map<Table, Map<string, boolean>>()
  for (const { changes } of located) {
    for (const { table, key, isNew = false } of changes) {
      const keys = mustLoad.get(table) ?? new Map<string, boolean>()
      mustLoad.set(table, keys)
      if (!keys.has(key)) keys.set(key, !(trusting && isNew))
    }
  }
  return new Map([...mustLoad].map(([table, keys]) => [table, [...keys].flatMap(([key, load]) => (load ? key : []))]))
}

interface Version {
  readonly since: number
  readonly row: Row | undefined
}
interface Line {
  readonly table: Table
  readonly key: string
  readonly stored: Row | undefined
  readonly versions: Version[]
}

/** Folds every change onto its row, event by event; several changes of a row by one event make one version. */
export const foldVersions = (
  located: ReadonlyArray<Located>,
  loaded: ReadonlyMap<Table, ReadonlyMap<string, Row>>,
): E.Either<Failure, ReadonlyArray<TableWrites>> => {
  const lines = new Map<Table, Map<string, Line>>()
  const lineOf = (table: Table, key: string): Line => {
    const ofTable = lines.get(table) ?? new Map<string, Line>()
    lines.set(table, ofTable)
    const line = ofTable.get(key) ?? { table, key, stored: loaded.get(table)?.get(key), versions: [] }
    ofTable.set(key, line)
    return line
  }
  for (const { recorded, changes } of located) {
    try {
      for (const change of changes) takeIn(lineOf(change.table, change.key), change, recorded.position)
    } catch (cause) {
      return E.left(failureOf(recorded, cause))
    }
  }
  return E.right([...lines].map(([table, ofTable]) => writesOf(table, ofTable.values())))
}

const takeIn = ({ stored, versions }: Line, change: Change, position: number): void => {
  const last = versions.at(-1)
  const before = last === undefined ? stored : last.row
  const row = change.next(before)
  if (row === before) return
  if (last?.since === position) versions[versions.length - 1] = { since: position, row }
  else versions.push({ since: position, row })
}

const writesOf = (table: Table, lines: Iterable<Line>): TableWrites => {
  const { encode } = codecOf(table)
  const closings: Closing[] = []
  const openings: Opening[] = []
  for (const { key, stored, versions } of lines) {
    const [first] = versions
    if (first === undefined) continue
    if (stored !== undefined) closings.push({ key, until: first.since })
    versions.forEach(({ since, row }, index) => {
      const until = versions[index + 1]?.since ?? FOREVER
      if (row !== undefined) openings.push([key, since, until, ...encode(row)])
    })
  }
  return { table, closings, openings }
}
