/** A linear or mixed-integer model as sparse arrays, column by column: what HiGHS takes without any text in between. */

/** Row and coefficient of one entry of a column. */
export type Entry = readonly [row: number, coefficient: number]

export interface Column {
  readonly cost: number
  readonly lower?: number
  /** Infinite when left out: duals of a column's own upper bound would be lost to the prices. */
  readonly upper?: number
  readonly integer: boolean
  readonly entries: ReadonlyArray<Entry>
  readonly name: () => string
}

/** Rows may be added at any time; columns refer to rows that exist. Always a maximisation. */
export class SparseModel {
  readonly cost: number[] = []
  readonly lower: number[] = []
  readonly upper: number[] = []
  readonly integer: boolean[] = []
  readonly rowLower: number[] = []
  readonly rowUpper: number[] = []
  readonly #starts: number[] = [0]
  readonly #indices: number[] = []
  readonly #values: number[] = []
  readonly #further = new Map<number, Entry[]>()
  #furtherCount = 0
  readonly #columnNames: (() => string)[] = []
  readonly #rowNames: (() => string)[] = []

  /** Names are made only when the model is written as text. */
  row(lower: number, upper: number, name: () => string): number {
    this.rowLower.push(lower)
    this.rowUpper.push(upper)
    return this.#rowNames.push(name) - 1
  }

  /** Entries that meet in one row are added up. */
  column({ cost, lower = 0, upper = Number.POSITIVE_INFINITY, integer, entries, name }: Column): number {
    this.cost.push(cost)
    this.lower.push(lower)
    this.upper.push(upper)
    this.integer.push(integer)
    const start = this.#indices.length
    for (const [row, coefficient] of entries) {
      const at = this.#indices.indexOf(row, start)
      if (at >= 0) this.#values[at] = (this.#values[at] ?? 0) + coefficient
      else {
        this.#indices.push(row)
        this.#values.push(coefficient)
      }
    }
    this.#starts.push(this.#indices.length)
    return this.#columnNames.push(name) - 1
  }

  /** A further entry of a column that exists already. */
  addTo(column: number, row: number, coefficient: number): void {
    const further = this.#further.get(column) ?? []
    further.push([row, coefficient])
    this.#further.set(column, further)
    this.#furtherCount += 1
  }

  /** Compressed sparse columns. */
  matrix(): { readonly starts: Int32Array; readonly indices: Int32Array; readonly values: Float64Array } {
    const starts = new Int32Array(this.columns + 1)
    const indices = new Int32Array(this.nonZeros)
    const values = new Float64Array(this.nonZeros)
    let next = 0
    for (let column = 0; column < this.columns; column += 1) {
      for (let k = this.#starts[column] ?? 0; k < (this.#starts[column + 1] ?? 0); k += 1, next += 1) {
        indices[next] = this.#indices[k] ?? 0
        values[next] = this.#values[k] ?? 0
      }
      for (const [row, coefficient] of this.#further.get(column) ?? []) {
        indices[next] = row
        values[next] = coefficient
        next += 1
      }
      starts[column + 1] = next
    }
    return { starts, indices, values }
  }

  get columns(): number {
    return this.cost.length
  }

  get rows(): number {
    return this.rowLower.length
  }

  get nonZeros(): number {
    return this.#indices.length + this.#furtherCount
  }

  columnNames(): ReadonlyArray<string> {
    return this.#columnNames.map((name) => name())
  }

  rowNames(): ReadonlyArray<string> {
    return this.#rowNames.map((name) => name())
  }
}
