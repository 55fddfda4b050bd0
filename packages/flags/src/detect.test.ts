import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { payloadOf } from '@muster/contracts/message'
import { FlagKind, flagCommands } from '@muster/contracts/planning'
import { catalogue } from './catalogue.ts'
import { detect } from './detect.ts'
import { flagId, listText, type Finding } from './finding.ts'
import { reconcile } from './reconcile.ts'
import type { Situation } from './situation.ts'
import { calm, commitment, contributor, mission, pledge, requirement, strength } from './testing.ts'

const load = (contributor: string, own: number, capacity: number) => ({
  contributor,
  own: BigInt(own),
  capacity: BigInt(capacity),
})
const shuffled = <T>(items: ReadonlyArray<T>) => fc.shuffledSubarray([...items], { minLength: items.length })
const usd = (amount: string) => ({ amount, currency: 'USD' })

/** Everything that can be wrong is wrong here. Synthetic. */
const troubled: Situation = {
  ...calm,
  contributors: [
    contributor('NPL'),
    contributor('RWA'),
    contributor('TCD', { neighbours: ['CAF'] }),
    contributor('FRA', { permanentMember: true }),
  ],
  missions: [
    mission({
      to: '2027-06-30',
      ceilings: [{ category: 'military', from: '2014-04-10', quantity: 1_000 }],
      consents: [{ contributor: 'TCD', decisions: [{ decision: 'refused', from: '2026-01-01' }] }],
      fiscalYears: [{ fiscalYear: '2026/27', budget: usd('36500000'), cutPermille: 100, cash: [] }],
    }),
    mission({
      id: 'UNMISS',
      hosts: ['SSD'],
      formerPowers: ['GBR'],
      ceilings: [{ category: 'military', from: '2011-07-09', quantity: 9_000 }],
    }),
  ],
  requirements: [
    requirement(),
    requirement({ id: 'R2', from: '2027-03-01', capability: 'FPU' }),
    requirement({ id: 'R3', from: '2027-03-01', quantity: 1, mission: 'UNMISS' }),
    requirement({ id: 'R4', from: '2027-03-01', capability: 'HELI', quantity: 1 }),
  ],
  pledges: [
    pledge({ terms: { asset: '1-BN' }, validUntil: '2026-12-31' }),
    pledge({ id: 'P2', terms: { asset: '1-BN' } }),
    pledge({ id: 'P3', capability: 'FPU', readiness: 1, ownReference: '3' }),
    pledge({ id: 'P4', capability: 'FPU', ownReference: '4', quantity: 9, terms: { noticeDays: 90 } }),
    pledge({
      id: 'P5',
      capability: 'FPU',
      ownReference: '5',
      quantity: 8,
      terms: { caveats: [{ kind: 'not-in-mission', mission: 'MINUSCA' }] },
    }),
    pledge({ id: 'P6', capability: 'FPU', contributor: 'TCD', ownReference: '6' }),
    pledge({ id: 'P7', capability: 'MED-L2', ownReference: '7' }),
    pledge({ id: 'P8', capability: 'FUNDING', currency: 'USD', ownReference: '8', quantity: 100, terms: { derivedFrom: 'P7' } }),
  ],
  commitments: [
    commitment({ quantity: 3, breaches: [{ caveat: 'no patrols at night', on: '2026-12-01' }] }),
    commitment({ id: 'C2', pledge: 'P2', mission: 'UNMISS', requirement: 'R3', quantity: 2, to: '2027-09-01' }),
    commitment({ id: 'C3', pledge: 'P9', contributor: 'FRA', requirement: 'R1', status: 'proposed' }),
    commitment({ id: 'C4', pledge: 'P9', contributor: 'RWA', requirement: 'R1', quantity: 1, to: '2027-08-01' }),
  ],
  strengths: [strength('TCD', 800, 10), strength('NPL', 150, 0), strength('NPL', 2_000, 0, { mission: 'UNMISS' })],
  loads: { personnel: [load('NPL', 2_150, 90), load('TCD', 810, 10), load('RWA', 0, 40), load('FRA', 0, 200)] },
}

describe('detect', () => {
  const found = detect(troubled)

  test('finds every kind there is', () => {
    expect(FlagKind.options.filter((kind) => !found.some((finding) => finding.kind === kind))).toEqual([])
    expect(Object.keys(catalogue).toSorted()).toEqual(FlagKind.options.toSorted())
  })
  test('answers with flags that can be raised, one per id, in order', () => {
    for (const finding of found) expect(flagCommands.RaiseFlag.parse(JSON.parse(JSON.stringify(finding)))).toEqual(finding)
    const ids = found.map(({ flag }) => flag)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(ids.toSorted())
  })
  test('finds nothing in a calm situation, nor in an empty one', () => {
    expect(
      detect({ ...calm, terms: { ...calm.terms, keys: { personnel: 'equal', equipment: 'equal', funding: 'equal' } } }),
    ).toEqual([])
  })
  test('a finding about one contributor names no other', () => {
    const others = ['NPL', 'RWA', 'TCD', 'FRA']
    for (const { subject, evidence, text } of found.filter(({ subject }) => subject.contributor !== undefined)) {
      const told = JSON.stringify(evidence) + text
      expect(others.filter((id) => id !== subject.contributor && told.includes(id))).toEqual([])
    }
  })
  test('does not depend on the order of rows', () => {
    const reordered = fc.record({
      pledges: shuffled(troubled.pledges),
      commitments: shuffled(troubled.commitments),
      requirements: shuffled(troubled.requirements),
      missions: shuffled(troubled.missions),
      contributors: shuffled(troubled.contributors),
      strengths: shuffled(troubled.strengths),
      capabilities: shuffled(troubled.capabilities),
      loads: shuffled(troubled.loads.personnel ?? []).map((personnel) => ({ personnel })),
    })
    fc.assert(
      fc.property(reordered, (rows) => {
        expect(detect({ ...troubled, ...rows })).toEqual(found)
      }),
    )
  })
})

describe('reconcile', () => {
  const found = detect(troubled)

  test('raises what is new, says nothing of what is as before, clears what is gone', () => {
    expect(reconcile([], found)).toEqual(found.map((finding) => ({ type: 'RaiseFlag', ...finding })))
    expect(reconcile(found, found)).toEqual([])
    const [first, ...rest] = found
    expect(reconcile(found, rest)).toEqual([{ type: 'ClearFlag', flag: first?.flag, reason: 'No longer found.' }])
  })
  test('raises again what has other figures', () => {
    const [first, ...rest] = found
    const changed: Finding = { ...first!, evidence: { ...first!.evidence, changed: true } }
    expect(reconcile(found, [changed, ...rest])).toEqual([{ type: 'RaiseFlag', ...changed }])
  })
  test('leads from any board to the findings, and then has nothing more to say', () => {
    fc.assert(
      fc.property(fc.subarray([...found]), fc.subarray([...found]), (open, now) => {
        const board = new Map(open.map((flag) => [flag.flag, flag]))
        for (const command of reconcile(open, now)) {
          if (command.type === 'RaiseFlag') board.set(command.flag, payloadOf(command))
          else board.delete(command.flag)
        }
        expect([...board.values()].toSorted((a, b) => (a.flag < b.flag ? -1 : 1))).toEqual(now)
        expect(reconcile([...board.values()], now)).toEqual([])
      }),
    )
  })
})

test('the id of a flag is readable, and a long one is cut without becoming another', () => {
  expect(flagId('unfilled', 'MINUSCA', 'R1')).toBe('unfilled:MINUSCA:R1')
  const [a, b] = [flagId('unfilled', 'x'.repeat(128), 'R1'), flagId('unfilled', 'x'.repeat(128), 'R2')]
  expect(a).toHaveLength(128)
  expect(a).not.toBe(b)
})

test('long lists of names are cut in sentences', () => {
  expect(listText(['A'])).toBe('A')
  expect(listText(['A', 'B', 'C'])).toBe('A, B and C')
  expect(listText('ABCDEFGHIJKL'.split(''))).toBe('A, B, C, D, E, F, G, H, I, J and 2 others')
})
