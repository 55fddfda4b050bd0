/** A small synthetic world for tests of the HTTP surface, given through the normal commands. */
import type { House } from './house.ts'

const source = 'synthetic'

export const battalion = (contributor: string, more: object = {}): object => ({
  contributor,
  ownReference: `${contributor}/1`,
  capability: 'INF-BN',
  quantity: 2,
  from: '2027-03-01',
  to: '2028-03-01',
  persons: 850,
  ...more,
})

const state = (contributor: string, name: string): object => ({ contributor, kind: 'state', name, region: 'synthetic' })

const persons = (men: number): object => ({ men, women: 0 })

/** Four states, one organisation, a catalogue of two, one mission with a requirement and official counts. */
export const build = async ({ given }: House): Promise<void> => {
  for (const [id, name] of [
    ['NPL', 'Nepal'],
    ['RWA', 'Rwanda'],
    ['IND', 'India'],
    ['GHA', 'Ghana'],
  ] as const) {
    await given('RegisterContributor', state(id, name))
    await given('AdoptCapacityFigure', { contributor: id, key: 'armed-forces', year: 2026, value: 50_000, source })
  }
  await given('RegisterContributor', { contributor: 'AU', kind: 'organisation', name: 'African Union' })
  for (const member of ['RWA', 'GHA']) {
    await given('AffiliateContributor', { contributor: member, organisation: 'AU', from: '2002-07-09' })
  }
  const common = { dimension: 'personnel', measure: 'standing', unit: 'unit', divisible: false, source }
  await given('DefineCapability', {
    ...common,
    capability: 'INF-BN',
    name: 'Infantry battalion',
    category: 'infantry',
    typicalPersons: 850,
  })
  await given('DefineCapability', {
    ...common,
    capability: 'FUNDING',
    name: 'Money',
    category: 'funding',
    dimension: 'funding',
    measure: 'stock',
    unit: 'minor currency unit',
    divisible: true,
  })
  await given('EstablishMission', { mission: 'UNMISS', name: 'Mission in South Sudan', hosts: [], from: '2011-07-09' })
  await given('SetCeiling', { mission: 'UNMISS', category: 'military', from: '2011-07-09', quantity: 12_500 })
  await given('IssueRequirement', {
    mission: 'UNMISS',
    requirement: 'R-1',
    capability: 'INF-BN',
    quantity: 6,
    from: '2027-03-01',
    to: '2028-03-01',
  })
  for (const [contributor, men] of [
    ['NPL', 1_700],
    ['RWA', 1_800],
    ['IND', 2_200],
  ] as const) {
    await given('ReportStrength', {
      mission: 'UNMISS',
      contributor,
      month: '2026-12',
      troops: persons(men),
      experts: persons(10),
      formedPolice: persons(0),
      individualPolice: persons(5),
      source,
    })
  }
}
