/** From changes to row versions: each is valid from its event's position until the next change of its row. Pure. */
import * as E from 'fp-ts/lib/Either.js'
import { codecOf, FOREVER, type Row, type Table } from '../table.ts'
import type { Change, Projection, Recorded } from '../change.ts'
import type { Closing, Opening } from './row-store.ts'

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

interface Version {
  readonly since: number
  readonly row: Row | undefined
}
/** One row on its way through the page. */
interface Line {
  readonly key: string
  /** The log says it for the first time. */
  readonly isNew: boolean
  stored: Row | undefined
  readonly versions: Version[]
}
interface Step {
  readonly line: Line
  readonly change: Change
  readonly recorded: Recorded
}
/** Everything that a page changes, not yet folded. */
export interface Course {
  readonly lines: ReadonlyMap<Table, ReadonlyMap<string, Line>>
  readonly steps: ReadonlyArray<Step>
}

const failureOf = ({ stream, revision, position }: Recorded, cause: unknown): Failure => ({
  stream,
  revision,
  position,
  reason: cause instanceof Error ? cause.message : String(cause),
})

/** Asks the projection about every event, up to the first that it cannot take. */
export const courseOf = (projection: Projection, events: ReadonlyArray<Recorded>): E.Either<Failure, Course> => {
  const lines = new Map<Table, Map<string, Line>>()
  const steps: Step[] = []
  for (const recorded of events) {
    try {
      for (const change of projection(recorded)) {
        const { table, key, isNew = false } = change
        let ofTable = lines.get(table)
        if (ofTable === undefined) lines.set(table, (ofTable = new Map()))
        let line = ofTable.get(key)
        if (line === undefined) ofTable.set(key, (line = { key, isNew, stored: undefined, versions: [] }))
        steps.push({ line, change, recorded })
      }
    } catch (cause) {
      return E.left(failureOf(recorded, cause))
    }
  }
  return E.right({ lines, steps })
}

export type Load = (table: Table, keys: ReadonlyArray<string>) => Promise<ReadonlyMap<string, Row>>

/** Looks up the rows in force; those said to be new are taken at their word when `trusting`. */
const loadStored = async ({ lines }: Course, load: Load, trusting: boolean): Promise<void> => {
  for (const [table, ofTable] of lines) {
    const wanted = [...ofTable.values()].filter(({ isNew }) => !(trusting && isNew))
    if (wanted.length === 0) continue
    const found = await load(
      table,
      wanted.map(({ key }) => key),
    )
    for (const line of wanted) line.stored = found.get(line.key)
  }
}

/** Folds every change onto its row, event by event; several changes of a row by one event make one version. */
export const writesOf = async (
  course: Course,
  load: Load,
  trusting: boolean,
): Promise<E.Either<Failure, ReadonlyArray<TableWrites>>> => {
  for (const { line } of course.steps) line.versions.length = 0
  await loadStored(course, load, trusting)
  for (const { line, change, recorded } of course.steps) {
    try {
      takeIn(line, change, recorded.position)
    } catch (cause) {
      return E.left(failureOf(recorded, cause))
    }
  }
  return E.right([...course.lines].map(([table, ofTable]) => writesOfTable(table, ofTable.values())))
}

const takeIn = ({ stored, versions }: Line, change: Change, position: number): void => {
  const last = versions.at(-1)
  const before = last === undefined ? stored : last.row
  const row = change.next(before)
  if (row === before) return
  if (last?.since === position) versions[versions.length - 1] = { since: position, row }
  else versions.push({ since: position, row })
}

const writesOfTable = (table: Table, lines: Iterable<Line>): TableWrites => {
  const { encode } = codecOf(table)
  const closings: Closing[] = []
  const openings: Opening[] = []
  for (const { key, stored, versions } of lines) {
    const [first] = versions
    if (first === undefined) continue
    if (stored !== undefined) closings.push({ key, until: first.since })
    for (const [index, { since, row }] of versions.entries()) {
      if (row !== undefined) openings.push(encode(row, key, since, versions[index + 1]?.since ?? FOREVER))
    }
  }
  return { table, closings, openings }
}
