import { describe, expect, test } from 'vitest'
import { coverOf, type Cover } from './cover.ts'
import { dayText } from './days.ts'
import { readProblem, readTours } from './model.ts'

const day = (n: number): string => dayText(20_000 + n)

/** Lines over ten synthetic days, each filled on the days given; who needs whom. */
const covered = (
  lines: Readonly<Record<string, { readonly days: readonly [number, number]; readonly needs: ReadonlyArray<string> }>>,
) => {
  const window = { from: day(0), to: day(10) }
  const ids = Object.keys(lines)
  const read = readProblem({
    format: 'muster.problem/1',
    horizon: window,
    decidedAt: day(0),
    capabilities: [{ code: 'C', dimension: 'equipment', measure: 'standing' }],
    contributors: [{ id: 'N', capacity: {} }],
    missions: [{ id: 'M' }],
    requirements: ids.map((id) => ({
      id,
      mission: 'M',
      capability: 'C',
      tier: 1,
      weight: 1,
      quantity: 1,
      ...window,
      needs: lines[id]?.needs ?? [],
    })),
    assets: [{ id: 'A', contributor: 'N', capability: 'C', copies: 9 }],
    offers: [{ id: 'O', asset: 'A', ...window }],
  })
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  const rows = ids.map((id) => ({
    offer: 'O',
    requirement: id,
    quantity: 1,
    from: day(lines[id]?.days[0] ?? 0),
    to: day(lines[id]?.days[1] ?? 0),
  }))
  const covers = coverOf(read.model, readTours(read.model, rows).tours)
  return Object.fromEntries([...covers].map(([id, cover]) => [id, daysCovered(cover)]))
}

const daysCovered = (cover: Cover): number =>
  cover.kind === 'stock' ? cover.total : cover.pieces.reduce((sum, { from, to, value }) => sum + value * (to - from), 0)

describe('the greatest fixpoint of needs', () => {
  test('cover counts only on the days on which the need is covered', () => {
    expect(covered({ A: { days: [0, 10], needs: ['B'] }, B: { days: [3, 7], needs: [] } })).toEqual({ A: 4, B: 4 })
  })
  test('a chain loses its cover from the end', () => {
    const chain = {
      A: { days: [0, 10], needs: ['B'] },
      B: { days: [0, 10], needs: ['C'] },
      C: { days: [9, 10], needs: [] },
    } as const
    expect(covered(chain)).toEqual({ A: 1, B: 1, C: 1 })
  })
  test('lines that need one another stand together', () => {
    expect(covered({ A: { days: [0, 6], needs: ['B'] }, B: { days: [4, 10], needs: ['A'] } })).toEqual({ A: 2, B: 2 })
  })
  test('a line that needs itself is not hindered', () => {
    expect(covered({ A: { days: [0, 6], needs: ['A'] } })).toEqual({ A: 6 })
  })
})
