/** A small synthetic situation to which a test adds what it is about. Nothing in it is real. */
import type { Finding } from './finding.ts'
import type {
  CommitmentFacts,
  ContributorFacts,
  MissionFacts,
  PledgeFacts,
  RequirementFacts,
  Situation,
  StrengthFacts,
} from './situation.ts'

export const calm: Situation = {
  today: '2027-01-01',
  terms: {
    keys: { personnel: 'armed-forces', equipment: 'equal', funding: 'assessed-scale' },
    weights: { personnel: 400, equipment: 200, funding: 400 },
    band: { lowPermille: 500, highPermille: 2_000 },
    slackPpm: 0,
    maxMissionsPerContributor: null,
    thresholds: {
      top1Permille: 400,
      top5Permille: 900,
      hhiPermille: 400,
      giniPermille: 800,
      cliffPermille: 250,
      cliffMonths: 3,
      filledPermille: 950,
      oversubscribedPermille: 1_250,
      staleFigureYears: 3,
      womenTroopsPermille: 150,
      womenExpertsPermille: 250,
      womenFormedPolicePermille: 200,
      womenIndividualPolicePermille: 300,
    },
  },
  capabilities: [
    { id: 'INF-BN', category: 'infantry', dimension: 'personnel', measure: 'standing', typicalPersons: 850 },
    { id: 'FPU', category: 'formed-police', dimension: 'personnel', measure: 'standing', typicalPersons: 160 },
    { id: 'HELI', category: 'aviation', dimension: 'equipment', measure: 'standing', typicalPersons: null },
    { id: 'FUNDING', category: 'funding', dimension: 'funding', measure: 'stock', typicalPersons: null },
  ],
  contributors: [],
  capacityFigures: [],
  missions: [],
  requirements: [],
  pledges: [],
  commitments: [],
  strengths: [],
  loads: {},
  uncovered: [],
}

export const mission = (facts: Partial<MissionFacts> = {}): MissionFacts => ({
  id: 'MINUSCA',
  hosts: ['CAF'],
  formerPowers: ['FRA'],
  from: '2014-04-10',
  to: null,
  ended: false,
  ceilings: [],
  consents: [],
  fiscalYears: [],
  ...facts,
})

export const requirement = (facts: Partial<RequirementFacts> = {}): RequirementFacts => ({
  id: 'R1',
  mission: 'MINUSCA',
  capability: 'INF-BN',
  accepts: [],
  tier: 1,
  counts: 'copies',
  quantity: 4,
  from: '2026-07-01',
  to: '2028-01-01',
  minReadiness: 1,
  maxNoticeDays: null,
  languages: [],
  standards: [],
  excludes: [],
  ...facts,
})

export const pledge = ({
  terms,
  ...facts
}: Partial<Omit<PledgeFacts, 'terms'>> & { terms?: Partial<PledgeFacts['terms']> } = {}): PledgeFacts => {
  const row = {
    id: 'P1',
    contributor: 'NPL',
    ownReference: 'NPL/2027/1',
    capability: 'INF-BN',
    quantity: 2,
    currency: null,
    from: '2027-01-01',
    to: '2028-01-01',
    status: 'accepted' as const,
    readiness: 2,
    validUntil: null,
    ...facts,
  }
  const { contributor, ownReference, capability, quantity, from, to } = row
  return {
    ...row,
    stretches: facts.stretches ?? [{ from, to, free: quantity }],
    terms: { contributor, ownReference, capability, quantity, from, to, ...terms },
  }
}

export const commitment = (facts: Partial<CommitmentFacts> = {}): CommitmentFacts => ({
  id: 'C1',
  kind: 'mou',
  pledge: 'P1',
  contributor: 'NPL',
  mission: 'MINUSCA',
  requirement: 'R1',
  capability: 'INF-BN',
  quantity: 4,
  from: '2026-07-01',
  to: '2028-01-01',
  status: 'signed',
  breaches: [],
  ...facts,
})

export const contributor = (id: string, facts: Partial<ContributorFacts> = {}): ContributorFacts => ({
  id,
  kind: 'state',
  permanentMember: false,
  neighbours: [],
  ...facts,
})

/** Troops, men and women; the other categories are empty unless given. */
export const strength = (contributor: string, men: number, women: number, facts: Partial<StrengthFacts> = {}): StrengthFacts => ({
  mission: 'MINUSCA',
  contributor,
  month: '2026-12',
  troopsMen: men,
  troopsWomen: women,
  expertsMen: 0,
  expertsWomen: 0,
  formedPoliceMen: 0,
  formedPoliceWomen: 0,
  individualPoliceMen: 0,
  individualPoliceWomen: 0,
  ...facts,
})

/** What a test compares: id, severity and the evidence it names. */
export const brief = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> =>
  findings.map(({ flag, severity }) => `${severity} ${flag}`)
