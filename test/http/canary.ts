/**
 * Records of one nation (IND) whose words and figures occur nowhere else, so that a leak shows wherever it happens. Every
 * kind of record that hangs on a confidential pledge is there: commitment, plan, flags.
 */
import type { House } from './house.ts'
import { battalion } from './world.ts'

export const CANARY = 'canary'
const word = (name: string): string => `${CANARY}-${name}-7f3a`
/** Units; sums with anything small still lie beside it. */
export const QUANTITY = 424_242
const COMMITTED = 313_131
const ARRIVED = 212_121
const PERSONS = 191
export const PLEDGE = 'IND-canary-7f3a'
export const COMMITMENT = 'C-canary-7f3a'
export const PLAN = 'PL-1'
export const FLAGS = ['F-about-india', 'F-about-nobody'] as const
/** A finding that Nepal may know of, whose figures tell of India. */
export const COMPARISON = 'F-about-nepal'

const WORDS = [CANARY, CANARY.toUpperCase()]
/** A figure near one of these is made of one of them; products with the persons in a unit too. */
const FIGURES = [QUANTITY, COMMITTED, ARRIVED, QUANTITY - COMMITTED, 2 * QUANTITY, 2 * QUANTITY - COMMITTED].flatMap((figure) => [
  figure,
  figure * PERSONS,
])
const NEAR = 5_000

/** Places in a text that tell of the canary: its words, and whole numbers near its figures (digits inside ids are not numbers). */
export const leaksIn = (text: string): ReadonlyArray<string> => [
  ...WORDS.filter((each) => text.includes(each)),
  ...[...text.matchAll(/(?<![\w.-])\d{6,12}(?![\w.-])/g)]
    .map(([digits]) => digits)
    .filter((digits) => FIGURES.some((figure) => Math.abs(Number(digits) - figure) <= NEAR)),
]

const canaryPledge = (pledge: string, more: object = {}): object =>
  battalion('IND', {
    pledge,
    ownReference: word(`reference-${pledge}`),
    quantity: QUANTITY,
    from: '2027-01-01',
    persons: PERSONS,
    note: word('note'),
    announcedAt: word('announcement'),
    standards: [word('standard')],
    asset: word('asset'),
    caveats: [{ kind: 'other', text: word('caveat') }],
    earmark: ['UNMISS'],
    classification: 'confidential',
    ...more,
  })

/** Which principals may see which of them: confidential ones go to AU and its members in one case, to nobody in the others. */
export const CONFIDENTIAL = PLEDGE
export const STRICTLY = 'IND-canary-strictly'
export const RELEASED_TO_AU = 'IND-released-to-au'

const digest = `sha256:${'a'.repeat(64)}`
const assignment = { offer: PLEDGE, requirement: 'R-1', quantity: 4, from: '2027-03-01', to: '2028-03-01' }

const computedPlan = (plan: string): object => ({
  plan,
  basis: 'pledges',
  inputsPosition: 1,
  policy: 'POLICY-1',
  problemDigest: digest,
  problem: {
    format: 'muster.problem/1',
    horizon: { from: '2027-01-01', to: '2029-01-01' },
    decidedAt: '2027-01-01',
    capabilities: [{ code: 'INF-BN', dimension: 'personnel', measure: 'standing' }],
    contributors: [{ id: 'IND', capacity: { personnel: 50_000 } }],
    missions: [{ id: 'UNMISS', refuses: [], ceilings: [] }],
    requirements: [
      {
        id: 'R-1',
        mission: 'UNMISS',
        capability: 'INF-BN',
        accepts: [],
        tier: 1,
        weight: 1,
        quantity: 6,
        from: '2027-03-01',
        to: '2028-03-01',
        languages: [],
        standards: [],
        excludes: [],
        needs: [],
      },
    ],
    assets: [
      { id: PLEDGE, contributor: 'IND', capability: 'INF-BN', copies: QUANTITY, burden: 1, persons: PERSONS },
      { id: 'P-nepal', contributor: 'NPL', capability: 'INF-BN', copies: 2, burden: 1, persons: 850 },
    ],
    offers: [
      { id: PLEDGE, asset: PLEDGE, from: '2027-03-01', to: '2028-03-01', languages: [], standards: [], notIn: [] },
      { id: 'P-nepal', asset: 'P-nepal', from: '2027-03-01', to: '2028-03-01', languages: [], standards: [], notIn: [] },
    ],
    published: [],
  },
  solution: {
    format: 'muster.plan/1',
    problem: digest,
    engine: { version: '1', backend: 'synthetic' },
    assignments: [assignment, { offer: 'P-nepal', requirement: 'R-1', quantity: 1, from: '2027-03-01', to: '2028-03-01' }],
    tiers: [{ tier: 1, value: String(QUANTITY), bound: String(QUANTITY) }],
    burdens: [{ contributor: 'IND', dimension: 'personnel', own: String(QUANTITY), capacity: '50000', rho: 1 }],
    uncovered: [
      {
        requirement: 'R-1',
        from: '2027-03-01',
        to: '2028-03-01',
        quantity: 1,
        reason: { code: 'SHORTAGE', evidence: { offer: PLEDGE } },
        text: `${PLEDGE} is not enough.`,
      },
    ],
    unused: [
      {
        offer: 'P-nepal',
        from: '2027-03-01',
        to: '2028-03-01',
        quantity: 1,
        reason: { code: 'NEED_MET', evidence: { by: PLEDGE } },
        text: `${PLEDGE} serves instead.`,
      },
    ],
    digest,
  },
})

const finding = (flag: string, subject: object): object => ({
  flag,
  kind: 'duplicate-pledge',
  family: 'redundancy',
  severity: 'warning',
  subject,
  evidence: { pledge: PLEDGE, quantity: QUANTITY },
  text: `${PLEDGE} seems to be pledged twice.`,
})

export const hide = async ({ given }: House): Promise<void> => {
  const india = { role: 'nation', contributor: 'IND' } as const
  await given('SubmitPledge', battalion('NPL', { pledge: 'P-nepal', ownReference: 'NPL/open', classification: 'unclassified' }))
  await given('SubmitPledge', canaryPledge(CONFIDENTIAL), india)
  await given(
    'SubmitPledge',
    canaryPledge(STRICTLY, { classification: 'strictly-confidential', releaseTo: ['AU', 'RWA'] }),
    india,
  )
  await given(
    'SubmitPledge',
    battalion('IND', { pledge: RELEASED_TO_AU, ownReference: 'IND/released', classification: 'confidential', releaseTo: ['AU'] }),
    india,
  )
  await given('AcknowledgePledge', { pledge: PLEDGE })
  await given('AcceptPledge', { pledge: PLEDGE })
  await given('ProposeCommitment', {
    commitment: COMMITMENT,
    kind: 'mou',
    pledge: PLEDGE,
    contributor: 'IND',
    mission: 'UNMISS',
    requirement: 'R-1',
    capability: 'INF-BN',
    quantity: COMMITTED,
    from: '2027-01-01',
    to: '2028-03-01',
  })
  await given('ReserveCapacity', {
    pledge: PLEDGE,
    commitment: COMMITMENT,
    quantity: COMMITTED,
    from: '2027-01-01',
    to: '2028-03-01',
  })
  await given('AcceptProposal', { commitment: COMMITMENT }, india)
  await given('SignCommitment', { commitment: COMMITMENT, on: '2027-01-05', document: word('document') })
  await given('RecordDeployment', { commitment: COMMITMENT, quantity: ARRIVED, on: '2027-01-08' })
  await given('RequestPlan', { plan: PLAN, basis: 'pledges', from: '2027-01-01', to: '2029-01-01' })
  await given('RecordPlan', computedPlan(PLAN))
  await given('ApprovePlan', { plan: PLAN })
  await given('RequestPlan', { plan: 'PL-undecided', basis: 'pledges', from: '2027-01-01', to: '2029-01-01' })
  await given('RecordPlan', computedPlan('PL-undecided'))
  await given('RaiseFlag', finding(FLAGS[0], { contributor: 'IND', pledge: PLEDGE }))
  await given('RaiseFlag', finding(FLAGS[1], { mission: 'UNMISS', pledge: PLEDGE }))
  await given('RaiseFlag', {
    ...finding(COMPARISON, { contributor: 'NPL', dimension: 'personnel' }),
    kind: 'over-burdened',
    family: 'imbalance',
  })
  await given('AcknowledgeFlag', { flag: COMPARISON, note: word('note') }, { role: 'officer' })
  // The last event of the walk, which everybody may see.
  await given(
    'SubmitPledge',
    battalion('NPL', { pledge: 'P-sentinel', ownReference: 'NPL/sentinel', classification: 'unclassified' }),
  )
}
