/** A sample plan and a sample finding, and arbitrary commands for them. Synthetic. */
import * as fc from 'fast-check'
import type { Assignment } from '@muster/contracts/allocation/problem'
import type { Of } from '@muster/contracts/message'
import type { FlagCommand, FlagEvent, PlanCommand, PlanEvent } from '@muster/contracts/planning'

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`
export const assignments: Assignment[] = [
  { offer: 'P1', requirement: 'R1', quantity: 1, from: '2027-03-01', to: '2028-03-01' },
  { offer: 'P2', requirement: 'R1', quantity: 2, from: '2027-06-01', to: '2028-03-01' },
]
export const requested: PlanEvent = { type: 'PlanRequested', plan: 'X1', basis: 'pledges', from: '2027-03-01', to: '2028-03-01' }
export const computed: Of<PlanEvent, 'PlanComputed'> = {
  type: 'PlanComputed',
  plan: 'X1',
  basis: 'pledges',
  inputsPosition: 4711,
  policy: 'policy-1',
  problem: {
    format: 'muster.problem/1',
    horizon: { from: '2027-03-01', to: '2028-03-01' },
    decidedAt: '2027-01-01',
    capabilities: [],
    contributors: [],
    missions: [],
    requirements: [],
    assets: [],
    offers: [],
    policy: { slackPpm: 0, maxMissionsPerContributor: null },
    published: [],
  },
  problemDigest: digest('a'),
  solution: {
    format: 'muster.plan/1',
    problem: digest('a'),
    engine: { version: '1', backend: 'own' },
    assignments,
    tiers: [],
    burdens: [],
    uncovered: [],
    unused: [],
    digest: digest('b'),
  },
}
/** Another result for the same plan: it must never replace the first. */
export const otherwise = {
  ...computed,
  inputsPosition: 4712,
  solution: { ...computed.solution, assignments: [], digest: digest('c') },
}
export const recording = (result: typeof computed): PlanCommand => ({ ...result, type: 'RecordPlan' })

const plan = fc.constant('X1')
const short = fc.constantFrom('one', 'two')
export const anyPlanCommand: fc.Arbitrary<PlanCommand> = fc.oneof(
  fc
    .constantFrom('2028-03-01', '2029-03-01')
    .map((to): PlanCommand => ({ type: 'RequestPlan', plan: 'X1', basis: 'pledges', from: '2027-03-01', to })),
  fc.constantFrom(computed, computed, otherwise, { ...computed, basis: 'reported-strength' as const }).map(recording),
  fc.record({ plan, code: short, message: short }).map((f): PlanCommand => ({ ...f, type: 'RecordPlanFailure' })),
  plan.map((id): PlanCommand => ({ type: 'ApprovePlan', plan: id })),
  fc.record({ plan, reason: short }).map((f): PlanCommand => ({ ...f, type: 'RejectPlan' })),
  fc.record({ plan, by: fc.constantFrom('X1', 'X2', 'X3') }).map((f): PlanCommand => ({ ...f, type: 'SupersedePlan' })),
  fc.record({ plan, assignment: fc.nat({ max: 2 }), code: short, message: short }).map(({ assignment, ...f }): PlanCommand => {
    const unknown = { offer: 'P9', requirement: 'R1', quantity: 1, from: '2027-03-01', to: '2028-03-01' }
    return { ...f, type: 'RefuseAssignment', assignment: assignments[assignment] ?? unknown }
  }),
)

export const raised: Of<FlagEvent, 'FlagRaised'> = {
  type: 'FlagRaised',
  flag: 'concentration:UNMIL',
  kind: 'concentration',
  family: 'imbalance',
  severity: 'warning',
  subject: { mission: 'UNMIL' },
  evidence: { top5Permille: 798 },
  text: 'Five contributors give 79.8 % of UNMIL.',
}
const { flag, type: _, ...finding } = raised
export const anyFlagCommand: fc.Arbitrary<FlagCommand> = fc.oneof(
  fc
    .record({
      severity: fc.constantFrom('info', 'warning', 'critical'),
      top5Permille: fc.constantFrom(798, 801),
      mission: fc.constantFrom('UNMIL', 'UNMIL', 'UNMIL', 'UNAMID'),
    })
    .map(({ severity, top5Permille, mission }): FlagCommand => ({
      ...finding,
      type: 'RaiseFlag',
      flag,
      severity,
      subject: { mission },
      evidence: { top5Permille },
    })),
  short.map((note): FlagCommand => ({ type: 'AcknowledgeFlag', flag, note })),
  short.map((reason): FlagCommand => ({ type: 'ClearFlag', flag, reason })),
)
