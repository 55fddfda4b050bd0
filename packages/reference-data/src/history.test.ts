import { describe, expect, test } from 'vitest'
import { commandSchemas, isCommandType } from '@muster/contracts/commands'
import { DEFAULT_EXERCISE, exercise } from './exercise.ts'
import { realHistory, type HistoryPart } from './history.ts'

const folder = new URL('../../../data', import.meta.url).pathname
const broken = (parts: ReadonlyArray<HistoryPart>): ReadonlyArray<string> =>
  parts.flatMap(({ lines }) =>
    lines.filter(({ type, data }) => !isCommandType(type) || !commandSchemas[type].safeParse(data).success).map(({ id }) => id),
  )

describe('the real history', () => {
  const parts = realHistory(folder)
  const part = (name: string) => parts.find((each) => each.name === name)?.lines ?? []

  test('holds every row of the official counts, once', () => {
    const counts = part('monthly contributions 2009–2014')
    expect(counts).toHaveLength(29_688)
    expect(new Set(counts.map(({ id }) => id)).size).toBe(29_688)
    expect(new Set(counts.map(({ data }) => data['mission'])).size).toBe(25)
  })
  test('consists of commands that the contracts accept', () => {
    expect(broken(parts)).toEqual([])
  })
  test('gives the counts as they stand in the file', () => {
    expect(
      part('monthly contributions 2009–2014').find(({ id }) => id === 'data:strength:UNAMID:TZA:2014-01')?.data,
    ).toMatchObject({
      troops: { men: 761, women: 39 },
      experts: { men: 20, women: 2 },
      formedPolice: { men: 0, women: 0 },
      individualPolice: { men: 154, women: 27 },
    })
  })
  test('keeps a rate that is not given apart from one that is zero', () => {
    const [scale] = part('scales of assessments')
    expect(scale?.data['scale']).toBe('2013-2015')
    expect(JSON.stringify(scale?.data['rates'])).not.toContain('peacekeepingPpm')
  })
  test('writes every mission’s acronym as one word', () => {
    expect(
      part('missions')
        .map(({ data }) => String(data['mission']))
        .filter((mission) => /\s/.test(mission)),
    ).toEqual([])
  })
})

describe('the synthetic exercise', () => {
  test('is the same for the same seed and another for another', () => {
    expect(exercise(DEFAULT_EXERCISE)).toEqual(exercise(DEFAULT_EXERCISE))
    expect(exercise({ ...DEFAULT_EXERCISE, seed: 2 })).not.toEqual(exercise(DEFAULT_EXERCISE))
  })
  test('consists of commands that the contracts accept', () => {
    expect(broken(exercise({ ...DEFAULT_EXERCISE, seed: 7, pledges: 400 }))).toEqual([])
  })
  test('says on every record that it is synthetic', () => {
    const silent = exercise(DEFAULT_EXERCISE)
      .flatMap(({ lines }) => lines)
      .filter(({ type }) => ['RegisterContributor', 'EstablishMission', 'SubmitPledge', 'AdoptCapacityFigure'].includes(type))
      .filter(({ data }) => !/synthetic/i.test(JSON.stringify(data)))
    expect(silent).toEqual([])
  })
})
