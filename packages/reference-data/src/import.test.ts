import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { linesFromCsv } from './import.ts'

const HEADER = 'contributor,ownReference,capability,quantity,from,to'
const refusal = (content: string): string => {
  const lines = linesFromCsv('pledges.csv', content)
  return E.isLeft(lines) ? lines.left : `accepted ${lines.right.length}`
}

describe('a CSV table of pledges', () => {
  test('becomes one command a row, with the same id whenever the same row comes', () => {
    const lines = linesFromCsv('pledges.csv', `${HEADER}\nNPL,NPL/1,INF-BN,2,2027-01-01,2028-01-01\n`)
    expect(lines).toEqual(linesFromCsv('other.csv', `${HEADER}\nNPL,NPL/1,INF-BN,2,2027-01-01,2028-01-01\n`))
    expect(E.isRight(lines) ? lines.right.map(({ text }) => JSON.parse(text) as unknown) : []).toMatchObject([
      {
        type: 'SubmitPledge',
        data: {
          contributor: 'NPL',
          ownReference: 'NPL/1',
          capability: 'INF-BN',
          quantity: 2,
          from: '2027-01-01',
          to: '2028-01-01',
        },
      },
    ])
  })
  test('names the line that each row ends on, whatever lies between', () => {
    const lines = linesFromCsv(
      'pledges.csv',
      `${HEADER}\n\nNPL,"NPL\n1",INF-BN,2,2027-01-01,2028-01-01\nNPL,NPL/2,INF-BN,2,2027-01-01,2028-01-01`,
    )
    expect(E.isRight(lines) ? lines.right.map(({ line }) => line) : []).toEqual([4, 5])
  })
  test.each([
    [
      'a formula',
      `${HEADER}\nNPL,=HYPERLINK("http://x"),INF-BN,2,2027-01-01,2028-01-01\n`,
      /pledges.csv:2: column ownReference: a formula is not a value/,
    ],
    ['a formula behind a sign', `${HEADER}\nNPL,@cmd,INF-BN,2,2027-01-01,2028-01-01\n`, /pledges.csv:2/],
    ['an unknown column', `${HEADER},colour\nNPL,1,INF-BN,2,2027-01-01,2028-01-01,blue\n`, /unknown column colour/],
    ['a missing column', 'contributor,ownReference\nNPL,1\n', /missing columns capability/],
    ['a row with too few cells', `${HEADER}\nNPL,1,INF-BN\n`, /pledges.csv:2: 3 cells under 6 columns/],
    [
      'a quantity that is no number',
      `${HEADER}\nNPL,1,INF-BN,two,2027-01-01,2028-01-01\n`,
      /pledges.csv:2: column quantity: must be a whole number/,
    ],
    ['another table altogether', 'a,b\n1,2\n', /neither a table of monthly contributions/],
  ])('with %s is refused as a whole, naming file and line', (_, content, message) => {
    expect(refusal(content)).toMatch(message)
  })
})

describe('a CSV table of monthly contributions', () => {
  const header =
    'month,mission,iso3,country,troops_m,troops_f,troops,eom_m,eom_f,eom,fpu_m,fpu_f,fpu,ip_m,ip_f,ip,total_m,total_f,total'
  test('becomes reports of strength', () => {
    const lines = linesFromCsv('counts.csv', `${header}\n2014-04,UNMIL,NPL,Nepal,10,1,11,0,0,0,0,0,0,0,0,0,10,1,11\n`)
    expect(E.isRight(lines) ? lines.right.map(({ text }) => JSON.parse(text) as unknown) : []).toMatchObject([
      {
        type: 'ReportStrength',
        data: { mission: 'UNMIL', contributor: 'NPL', month: '2014-04', troops: { men: 10, women: 1 } },
        effectiveAt: '2014-04-01',
      },
    ])
  })
  test('with a negative count is refused', () => {
    expect(refusal(`${header}\n2014-04,UNMIL,NPL,Nepal,-10,1,11,0,0,0,0,0,0,0,0,0,10,1,11\n`)).toMatch(
      /column troops_m: must be a whole number/,
    )
  })
})
