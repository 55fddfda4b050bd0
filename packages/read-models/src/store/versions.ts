/** From changes to row versions: each is valid from its event's position until the next change of its row. Pure. */
import { codecOf, FOREVER, type Row, type Table } from '../table.ts'
import type { Change, Projection, Recorded } from '../change.ts'
import type { Closing, InForce, Opening } from './row-store.ts'

export interface Located {
  readonly recorded: Recorded
  readonly changes: ReadonlyArray<Change>
}

/** An event that could not be projected. Everything of its stream from here on is left out. */
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

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Asks the projection about every event; a stream whose event it cannot take is left out from there. */
export const changesOf = (
  projection: Projection,
  events: ReadonlyArray<Recorded>,
): { readonly located: ReadonlyArray<Located>; readonly failures: ReadonlyMap<string, Failure> } => {
  const failures = new Map<string, Failure>()
  const located: Located[] = []
  for (const recorded of events) {
    const { stream, revision, position } = recorded
    if (failures.has(stream)) continue
    try {
      located.push({ recorded, changes: projection(recorded) })
    } catch (cause) {
      failures.set(stream, { stream, revision, position, reason: reasonOf(cause) })
    }
  }
  return { located, failures }
}

/** Keys of which the row in force must be known before folding, by table. */
export const keysToLoad = (located: ReadonlyArray<Located>): ReadonlyMap<Table, ReadonlySet<string>> => {
  const keys = new Map<Table, Set<string>>()
  for (const { changes } of located) {
    for (const { table, key } of changes) {
      if (table.appendOnly) continue
      const known = keys.get(table)
      if (known) known.add(key)
      else keys.set(table, new Set([key]))
    }
  }
  return keys
}

interface Version {
  readonly since: number
  readonly row: Row | undefined
}
interface Line {
  readonly table: Table
  readonly key: string
  readonly stored: InForce | undefined
  readonly versions: Version[]
}

const inForceOf = (line: Line): Row | undefined => (line.versions.length > 0 ? line.versions.at(-1)?.row : line.stored?.row)

/** Folds every change onto its row, event by event; an event takes effect whole or not at all. */
export const foldVersions = (
  located: ReadonlyArray<Located>,
  loaded: ReadonlyMap<Table, ReadonlyMap<string, InForce>>,
): { readonly writes: ReadonlyArray<TableWrites>; readonly failures: ReadonlyMap<string, Failure> } => {
  const lines = new Map<Table, Map<string, Line>>()
  const failures = new Map<string, Failure>()
  const lineOf = (table: Table, key: string): Line => {
    const ofTable = lines.get(table) ?? new Map<string, Line>()
    lines.set(table, ofTable)
    const line = ofTable.get(key) ?? { table, key, stored: loaded.get(table)?.get(key), versions: [] }
    ofTable.set(key, line)
    return line
  }
  for (const { recorded, changes } of located) {
    const { stream, revision, position } = recorded
    if (failures.has(stream)) continue
    try {
      const ofEvent = new Map<Line, Row | undefined>()
      for (const change of changes) {
        const line = lineOf(change.table, change.key)
        const before = ofEvent.has(line) ? ofEvent.get(line) : inForceOf(line)
        ofEvent.set(line, change.next(before))
      }
      for (const [line, row] of ofEvent) {
        if (row !== inForceOf(line)) line.versions.push({ since: position, row })
      }
    } catch (cause) {
      failures.set(stream, { stream, revision, position, reason: reasonOf(cause) })
    }
  }
  return { writes: [...lines].map(([table, ofTable]) => writesOf(table, ofTable.values())), failures }
}

const writesOf = (table: Table, lines: Iterable<Line>): TableWrites => {
  const { encode } = codecOf(table)
  const closings: Closing[] = []
  const openings: Opening[] = []
  for (const { key, stored, versions } of lines) {
    const [first] = versions
    if (first === undefined) continue
    if (stored !== undefined) closings.push({ key, since: stored.since, until: first.since })
    versions.forEach(({ since, row }, index) => {
      const until = versions[index + 1]?.since ?? FOREVER
      if (row !== undefined) openings.push([key, since, until, ...encode(row)])
    })
  }
  return { table, closings, openings }
}
