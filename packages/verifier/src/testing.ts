/** One small synthetic problem and a right plan for it, worked out by hand, to break in tests. */
import { planDigest, problemDigest } from './canonical.ts'

/** Two battalions of NPL and one of GHA for three asked in 2027; one line needs a hospital that comes late; a fund of 100. */
export const exampleProblem = {
  format: 'muster.problem/1',
  horizon: { from: '2027-01-01', to: '2028-01-01' },
  decidedAt: '2027-01-01',
  capabilities: [
    { code: 'INF-BN', dimension: 'personnel', measure: 'standing' },
    { code: 'HOSPITAL', dimension: 'equipment', measure: 'standing' },
    { code: 'FUNDING', dimension: 'funding', measure: 'stock' },
  ],
  contributors: [
    { id: 'GHA', capacity: { personnel: 100, equipment: 10 } },
    { id: 'NPL', capacity: { personnel: 300, equipment: 10, funding: 5 } },
  ],
  missions: [{ id: 'MINUSCA', refuses: ['XXA'], ceilings: [], maxPercent: 70 }],
  requirements: [
    {
      id: 'R1',
      mission: 'MINUSCA',
      capability: 'INF-BN',
      tier: 1,
      weight: 8,
      quantity: 3,
      from: '2027-01-01',
      to: '2028-01-01',
      minTourDays: 90,
      languages: ['fr'],
      needs: ['R2'],
    },
    {
      id: 'R2',
      mission: 'MINUSCA',
      capability: 'HOSPITAL',
      tier: 2,
      weight: 1,
      quantity: 1,
      from: '2027-01-01',
      to: '2028-01-01',
    },
    {
      id: 'R3',
      mission: 'MINUSCA',
      capability: 'FUNDING',
      tier: 2,
      weight: 2,
      quantity: 250,
      from: '2027-01-01',
      to: '2028-01-01',
    },
  ],
  assets: [
    { id: 'A1', contributor: 'NPL', capability: 'INF-BN', copies: 2, burden: 10, persons: 850 },
    { id: 'A2', contributor: 'GHA', capability: 'INF-BN', copies: 1, burden: 10, persons: 850 },
    {
      id: 'A3',
      contributor: 'NPL',
      capability: 'HOSPITAL',
      copies: 1,
      burden: 1,
      parties: [
        { contributor: 'NPL', part: 2 },
        { contributor: 'GHA', part: 1 },
      ],
    },
    { id: 'A4', contributor: 'NPL', capability: 'FUNDING', copies: 100 },
  ],
  offers: [
    { id: 'P1', asset: 'A1', from: '2027-01-01', to: '2028-01-01', languages: ['en', 'fr'], minTourDays: 180 },
    { id: 'P2', asset: 'A2', from: '2027-01-01', to: '2028-01-01', languages: ['fr'], noticeDays: 31 },
    { id: 'P3', asset: 'A3', from: '2027-03-01', to: '2028-01-01' },
    { id: 'P4', asset: 'A4', from: '2027-01-01', to: '2028-01-01', languages: ['fr'] },
  ],
}

const gap = (requirement: string, quantity: number, from: string, to: string) => ({ requirement, quantity, from, to })
const row = (offer: string, requirement: string, quantity: number, from: string, to: string) => ({
  offer,
  requirement,
  quantity,
  from,
  to,
})
const reason = (code: string, evidence: Readonly<Record<string, unknown>> = {}) => ({
  reason: { code, evidence },
  text: `because of ${code}`,
})

/** Days: 365 in 2027, the hospital is there from 2027-03-01 (306 days), GHA from 2027-02-01 (334 days). */
const unsealedPlan = {
  format: 'muster.plan/1',
  problem: problemDigest(exampleProblem),
  engine: { version: 'by hand', backend: 'none' },
  assignments: [
    row('P1', 'R1', 2, '2027-01-01', '2028-01-01'),
    row('P2', 'R1', 1, '2027-02-01', '2028-01-01'),
    row('P3', 'R2', 1, '2027-03-01', '2028-01-01'),
    row('P4', 'R3', 100, '2027-01-01', '2028-01-01'),
  ],
  tiers: [
    { tier: 1, value: String(8 * 3 * 306), bound: String(8 * 3 * 365) },
    { tier: 2, value: String(306 + 2 * 100), bound: String(306 + 2 * 100) },
  ],
  burdens: [
    { contributor: 'GHA', dimension: 'personnel', own: '3340', capacity: '100', rho: 1.255639 },
    { contributor: 'GHA', dimension: 'equipment', own: '102', capacity: '10', rho: 0.666667 },
    { contributor: 'NPL', dimension: 'personnel', own: '7300', capacity: '300', rho: 0.914787 },
    { contributor: 'NPL', dimension: 'equipment', own: '204', capacity: '10', rho: 1.333333 },
    { contributor: 'NPL', dimension: 'funding', own: '100', capacity: '5', rho: 1 },
  ],
  uncovered: [
    { ...gap('R1', 3, '2027-01-01', '2027-03-01'), ...reason('SIDE_CONSTRAINT', { rule: 'needs' }) },
    { ...gap('R2', 1, '2027-01-01', '2027-03-01'), ...reason('NOT_IN_WINDOW', { offers: 1, earliest: '2027-03-01' }) },
    {
      ...gap('R3', 150, '2027-01-01', '2028-01-01'),
      ...reason('SHORTAGE', { lines: ['R3'], assets: ['A4'], demand: 250, capacity: 100 }),
    },
  ],
  unused: [{ offer: 'P2', quantity: 1, from: '2027-01-01', to: '2027-02-01', ...reason('NOTICE') }],
}

export type PlanDocument = Omit<typeof unsealedPlan, 'burdens'> & {
  readonly burdens: ReadonlyArray<Omit<(typeof unsealedPlan)['burdens'][number], 'rho'> & { readonly rho: number | null }>
}

/** A plan with a fresh digest, so that a mutation is found for what it is. */
export const sealed = <P extends object>(plan: P): P & { readonly digest: string } => ({ ...plan, digest: planDigest(plan) })

export const examplePlan = sealed<PlanDocument>(unsealedPlan)
