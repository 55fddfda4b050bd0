import { expect, test } from 'vitest'
import { calm, commitment, contributor, mission, pledge, strength } from './testing.ts'
import { sensitivePresences } from './warnings.ts'

test('worked example: a neighbour, the former power and a permanent member serve in one mission', () => {
  const contributors = [
    contributor('TCD', { neighbours: ['CAF', 'SDN'] }),
    contributor('FRA', { permanentMember: true }),
    contributor('NPL', { neighbours: ['IND'] }),
  ]
  const strengths = [strength('TCD', 100, 5), strength('NPL', 50, 0), strength('RUS', 0, 0)]
  const found = sensitivePresences({
    ...calm,
    contributors,
    strengths,
    missions: [mission()],
    commitments: [commitment({ contributor: 'FRA' })],
  })
  expect(found.map(({ flag, severity, text }) => [flag, severity, text])).toEqual([
    [
      'neighbour-of-host:MINUSCA',
      'info',
      'MINUSCA has neighbours of its host CAF: TCD, with 105 persons reported and 0 commitments.',
    ],
    [
      'former-power:MINUSCA',
      'warning',
      'MINUSCA has a former power over its host CAF: FRA, with 0 persons reported and 1 commitment.',
    ],
    [
      'permanent-member:MINUSCA',
      'info',
      'MINUSCA has permanent members of the Security Council: FRA, with 0 persons reported and 1 commitment.',
    ],
  ])
  expect(found[0]?.evidence).toEqual({ hosts: ['CAF'], contributors: ['TCD'], persons: 105, commitments: 0 })
})

test('a party of a joint pledge is there as well', () => {
  const joint = pledge({
    terms: {
      parties: [
        { contributor: 'NPL', part: 2 },
        { contributor: 'TCD', part: 1 },
      ],
    },
  })
  const contributors = [contributor('NPL'), contributor('TCD', { neighbours: ['CAF'] })]
  expect(
    sensitivePresences({ ...calm, contributors, missions: [mission()], pledges: [joint], commitments: [commitment()] }),
  ).toMatchObject([{ flag: 'neighbour-of-host:MINUSCA', evidence: { contributors: ['TCD'], commitments: 1 } }])
})

test('who has left, or was declined, is no presence', () => {
  const contributors = [contributor('TCD', { neighbours: ['CAF'] })]
  const gone = [
    commitment({ contributor: 'TCD', status: 'declined' }),
    commitment({ id: 'C2', contributor: 'TCD', to: '2027-01-01' }),
  ]
  expect(
    sensitivePresences({ ...calm, contributors, missions: [mission()], commitments: gone, strengths: [strength('TCD', 0, 0)] }),
  ).toEqual([])
})
