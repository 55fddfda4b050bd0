import * as E from 'fp-ts/lib/Either.js'
import type { Highs } from 'highs'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { HIGHS_VERSION } from './backend.ts'
import { guarded, loadRuntime, solveInteger, solveRelaxation } from './runtime.ts'
import { SparseModel } from './sparse-model.ts'

let highs: Highs
beforeAll(async () => {
  highs = await loadRuntime()
})

/** max 5a + 4b + 3c, 2a + 3b + c ≤ 5, 4a + b + 2c ≤ 11, 3a + 4b + 2c ≤ 8: Chvátal's first example, optimum 13 at (2, 0, 1). */
const chvatal = (integer: boolean): SparseModel => {
  const sparse = new SparseModel()
  const rows = [5, 11, 8].map((limit, i) => sparse.row(Number.NEGATIVE_INFINITY, limit, () => `r${i}`))
  const entries = (coefficients: ReadonlyArray<number>) => coefficients.map((c, i) => [rows[i] ?? 0, c] as const)
  sparse.column({ cost: 5, integer, entries: entries([2, 4, 3]), name: () => 'a' })
  sparse.column({ cost: 4, integer, entries: entries([3, 1, 4]), name: () => 'b' })
  sparse.column({ cost: 3, integer, entries: entries([1, 2, 2]), name: () => 'c' })
  return sparse
}

describe('HiGHS', () => {
  it('is the version that the plans name', () => {
    const entry = createRequire(import.meta.url).resolve('highs')
    const manifest: unknown = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: 'highs', version: HIGHS_VERSION })
    expect([highs.version.major, highs.version.minor]).toEqual(HIGHS_VERSION.split('.').slice(0, 2).map(Number))
  })

  it.each(['on', 'off'] as const)('solves the relaxation with its duals, presolve %s', (presolve) => {
    const solved = solveRelaxation(highs, chvatal(false), presolve)
    if (E.isLeft(solved)) throw new Error(JSON.stringify(solved.left))
    expect(solved.right.objective).toBeCloseTo(13)
    expect([...solved.right.values].map(Math.round)).toEqual([2, 0, 1])
    expect(solved.right.rowDuals[0]).toBeCloseTo(1)
    expect(solved.right.rowDuals[2]).toBeCloseTo(1)
  })

  it('solves the integer model and says how far the bound is', () => {
    const solved = solveInteger(highs, chvatal(true), { nodeLimit: 100, start: [[0, 1]] })
    if (E.isLeft(solved)) throw new Error(JSON.stringify(solved.left))
    expect([solved.right.objective, solved.right.bound].map(Math.round)).toEqual([13, 13])
  })

  it('says so when there is no solution', () => {
    const sparse = chvatal(true)
    sparse.addTo(
      0,
      sparse.row(3, Number.POSITIVE_INFINITY, () => 'too much'),
      1,
    )
    sparse.lower[1] = 2
    expect(solveInteger(highs, sparse, { nodeLimit: 100 })).toMatchObject({ left: { _tag: 'NoSolution' } })
    expect(solveRelaxation(highs, sparse)).toMatchObject({ left: { _tag: 'NoSolution' } })
  })

  it('gives back its memory', () => {
    const before = highs.memoryBytes
    for (let i = 0; i < 300; i += 1) solveRelaxation(highs, chvatal(false))
    expect(highs.memoryBytes).toBe(before)
  })
})

describe('what throws', () => {
  const thrower = (error: unknown) => () => {
    throw error
  }

  it('is a value, and running out of memory one of its own', () => {
    const sparse = chvatal(false)
    expect(guarded(sparse, thrower(new Error('Aborted(Cannot enlarge memory arrays)')))).toMatchObject({
      left: { _tag: 'OutOfMemory' },
    })
    expect(guarded(sparse, thrower(new Error('strange')))).toEqual(E.left({ _tag: 'SolverBroke', message: 'strange' }))
    expect(guarded(sparse, thrower(4711))).toEqual(E.left({ _tag: 'SolverBroke', message: '4711' }))
  })

  it('an impossible option breaks nothing but the solve', () => {
    expect(solveInteger(highs, chvatal(true), { nodeLimit: Number.NaN })).toMatchObject({ left: { _tag: 'SolverBroke' } })
    expect(E.isRight(solveInteger(highs, chvatal(true), { nodeLimit: 10 }))).toBe(true)
  })
})

describe('sparse models', () => {
  it('add up entries that meet, and take entries later', () => {
    const sparse = new SparseModel()
    const [first, second] = [sparse.row(0, 1, () => 'first'), sparse.row(0, 1, () => 'second')]
    const entries = [
      [first, 2],
      [first, 3],
    ] as const
    const column = sparse.column({ cost: 0, integer: false, entries, name: () => 'x' })
    sparse.addTo(column, second, 7)
    const { starts, indices, values } = sparse.matrix()
    expect([[...starts], [...indices], [...values]]).toEqual([
      [0, 2],
      [0, 1],
      [5, 7],
    ])
    expect(sparse.nonZeros).toBe(2)
  })
})
