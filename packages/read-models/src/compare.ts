/** Two generations side by side: every version of every row up to a position, and where they differ. */
import { FOREVER } from './table.ts'
import type { RowStore } from './store/row-store.ts'
import { nameIn, quoted } from './store/schema.ts'
import { tables } from './tables.ts'

export interface Difference {
  readonly table: string
  readonly key: string
  readonly since: number
  /** Undefined where the generation has no such version. */
  readonly first: Readonly<Record<string, unknown>> | undefined
  readonly second: Readonly<Record<string, unknown>> | undefined
}

export interface Comparison {
  readonly position: number
  readonly rows: number
  readonly differing: number
  /** The first few of them. */
  readonly differences: ReadonlyArray<Difference>
}

type Version = Readonly<Record<string, unknown>>
const PAGE = 5_000
const SHOWN = 20

/** What a generation knew at the position: later versions are not there, and what they ended still stands. */
const asOf = (row: Version, position: number): Version => (Number(row['until']) > position ? { ...row, until: FOREVER } : row)

async function* versionsOf(
  store: RowStore,
  generation: number,
  table: string,
  position: number,
): AsyncGenerator<Version, void, void> {
  let [key, until] = ['', -1]
  for (;;) {
    const rows = await store.query(
      `select * from ${quoted(nameIn(generation, table))} where "since" <= $1 and ("key" > $2 or ("key" = $3 and "until" > $4))
        order by "key", "until" limit ${PAGE}`,
      [position, key, key, until],
    )
    for (const row of rows) yield asOf(row, position)
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    ;[key, until] = [String(last['key']), Number(last['until'])]
  }
}

const before = (a: Version, b: Version): boolean => {
  const [keyA, keyB] = [String(a['key']), String(b['key'])]
  return keyA === keyB ? Number(a['since']) < Number(b['since']) : keyA < keyB
}
const sameVersion = (a: Version, b: Version): boolean => JSON.stringify(a) === JSON.stringify(b)

/** One generation, in whichever store it lies. */
export interface Side {
  readonly store: RowStore
  readonly generation: number
}

/** Compares row by row at one position that both have reached. */
export const compareGenerations = (store: RowStore, first: number, second: number, position: number): Promise<Comparison> =>
  compareSides({ store, generation: first }, { store, generation: second }, position)

/** The same for generations of two stores, for example a replay beside what is in force. */
export const compareSides = async (first: Side, second: Side, position: number): Promise<Comparison> => {
  const differences: Difference[] = []
  let [rows, differing] = [0, 0]
  const note = (table: string, a: Version | undefined, b: Version | undefined): void => {
    differing += 1
    const at = a ?? b ?? {}
    if (differences.length < SHOWN) {
      differences.push({ table, key: String(at['key']), since: Number(at['since']), first: a, second: b })
    }
  }
  for (const { name } of tables) {
    const ofFirst = versionsOf(first.store, first.generation, name, position)
    const ofSecond = versionsOf(second.store, second.generation, name, position)
    let [a, b] = [await ofFirst.next(), await ofSecond.next()]
    while (a.done !== true || b.done !== true) {
      rows += 1
      if (b.done === true || (a.done !== true && before(a.value, b.value))) {
        note(name, a.done === true ? undefined : a.value, undefined)
        a = await ofFirst.next()
      } else if (a.done === true || before(b.value, a.value)) {
        note(name, undefined, b.value)
        b = await ofSecond.next()
      } else {
        if (!sameVersion(a.value, b.value)) note(name, a.value, b.value)
        ;[a, b] = [await ofFirst.next(), await ofSecond.next()]
      }
    }
  }
  return { position, rows, differing, differences }
}
