/** Missions, their requirements and the strengths they report: events to rows. */
import type { MissionEvent, MissionTotalEvent, StrengthEvent } from '@muster/contracts/missions'
import { change, patch, put, putNew, type Change, type Projection, type Recorded } from '../change.ts'
import type { RowOf } from '../table.ts'
import {
  ceiling,
  consent,
  mandateStep,
  mission,
  missionBudget,
  missionTotal,
  requirement,
  strength,
  type ConsentDecision,
} from '../tables/missions.ts'

type Of<T extends MissionEvent['type']> = Extract<MissionEvent, { readonly type: T }>
type MissionRow = RowOf<typeof mission>

const moved = (id: string, { revision }: Recorded, values: Partial<MissionRow> = {}): Change =>
  patch(mission, id, () => ({ ...values, revision }))

const mandate = (
  id: string,
  { revision }: Recorded,
  step: 'established' | 'extended' | 'ended',
  day: string | undefined,
  document: string | undefined,
): Change =>
  putNew(mandateStep, `${id}|${String(revision).padStart(10, '0')}`, {
    mission: id,
    step,
    day: day ?? null,
    document: document ?? null,
  })

const budget = (
  id: string,
  fiscalYear: string,
  next: (current: RowOf<typeof missionBudget>) => Partial<RowOf<typeof missionBudget>>,
): Change =>
  change(missionBudget, `${id}|${fiscalYear}`, (current) => {
    const before = current ?? {
      mission: id,
      fiscalYear,
      budget: null,
      document: null,
      cutPermille: null,
      cutReason: null,
      cash: [],
    }
    return { ...before, ...next(before) }
  })

const decisions = {
  HostConsentGranted: 'granted',
  HostConsentRefused: 'refused',
  HostConsentWithdrawn: 'withdrawn',
} as const

/** Decisions of one day: the later one in the log stands behind, and counts. */
const decide = (event: Of<'HostConsentGranted' | 'HostConsentRefused' | 'HostConsentWithdrawn'>): Change =>
  change(consent, `${event.mission}|${event.contributor ?? '*'}`, (current) => {
    const decision: ConsentDecision = { decision: decisions[event.type], from: event.from, reason: event.reason }
    return {
      mission: event.mission,
      contributor: event.contributor ?? null,
      decisions: [...(current?.decisions ?? []), decision].toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)),
    }
  })

const requirementRow = (event: Of<'RequirementIssued' | 'RequirementRevised'>): RowOf<typeof requirement> => ({
  id: event.requirement,
  mission: event.mission,
  status: 'issued',
  version: event.version,
  capability: event.capability,
  accepts: event.accepts,
  tier: event.tier,
  weight: event.weight,
  counts: event.counts,
  quantity: event.quantity,
  from: event.from,
  to: event.to,
  minTourDays: event.minTourDays,
  minReadiness: event.minReadiness,
  maxNoticeDays: event.maxNoticeDays ?? null,
  languages: event.languages,
  standards: event.standards,
  excludes: event.excludes,
  needs: event.needs,
  withdrawnReason: null,
})

const strengthRow = (event: StrengthEvent): RowOf<typeof strength> => {
  const { troops, experts, formedPolice, individualPolice } = event
  return {
    mission: event.mission,
    contributor: event.contributor,
    month: event.month,
    troopsMen: troops.men,
    troopsWomen: troops.women,
    expertsMen: experts.men,
    expertsWomen: experts.women,
    formedPoliceMen: formedPolice.men,
    formedPoliceWomen: formedPolice.women,
    individualPoliceMen: individualPolice.men,
    individualPoliceWomen: individualPolice.women,
    total: [troops, experts, formedPolice, individualPolice].reduce((sum, { men, women }) => sum + men + women, 0),
    source: event.source,
  }
}

const strengthKey = ({ month, mission, contributor }: StrengthEvent): string => `${month}|${mission}|${contributor}`

const totalRow = (event: MissionTotalEvent): RowOf<typeof missionTotal> => ({
  mission: event.mission,
  month: event.month,
  contributors: event.contributors ?? null,
  troops: event.troops ?? null,
  police: event.police ?? null,
  observers: event.observers ?? null,
  total: event.total,
  source: event.source,
})

export const missions: Projection = (recorded) => {
  const { event, revision } = recorded
  switch (event.type) {
    case 'MissionEstablished':
      return [
        put(mission, event.mission, {
          id: event.mission,
          name: event.name,
          hosts: event.hosts,
          formerPowers: event.formerPowers,
          from: event.from,
          to: event.to ?? null,
          ended: false,
          document: event.document ?? null,
          revision,
        }),
        mandate(event.mission, recorded, 'established', event.to, event.document),
      ]
    case 'MandateExtended':
      return [
        moved(event.mission, recorded, { to: event.to }),
        mandate(event.mission, recorded, 'extended', event.to, event.document),
      ]
    case 'MandateEnded':
      return [
        moved(event.mission, recorded, { to: event.on, ended: true }),
        mandate(event.mission, recorded, 'ended', event.on, event.document),
      ]
    case 'CeilingSet':
      return [
        put(ceiling, `${event.mission}|${event.category}|${event.from}`, {
          mission: event.mission,
          category: event.category,
          from: event.from,
          quantity: event.quantity,
          document: event.document ?? null,
          note: event.note ?? null,
        }),
        moved(event.mission, recorded),
      ]
    case 'BudgetApproved':
      return [
        budget(event.mission, event.fiscalYear, () => ({ budget: event.amount, document: event.document ?? null })),
        moved(event.mission, recorded),
      ]
    case 'CashCutOrdered':
      return [
        budget(event.mission, event.fiscalYear, () => ({ cutPermille: event.permille, cutReason: event.reason })),
        moved(event.mission, recorded),
      ]
    case 'CashReceived':
      return [
        budget(event.mission, event.fiscalYear, ({ cash }) => ({ cash: [...cash, { amount: event.amount, on: event.on }] })),
        moved(event.mission, recorded),
      ]
    case 'HostConsentGranted':
    case 'HostConsentRefused':
    case 'HostConsentWithdrawn':
      return [decide(event), moved(event.mission, recorded)]
    case 'RequirementIssued':
    case 'RequirementRevised':
      return [put(requirement, `${event.mission}|${event.requirement}`, requirementRow(event)), moved(event.mission, recorded)]
    case 'RequirementWithdrawn':
      return [
        patch(requirement, `${event.mission}|${event.requirement}`, () => ({
          status: 'withdrawn' as const,
          withdrawnReason: event.reason,
        })),
        moved(event.mission, recorded),
      ]
    case 'StrengthReported':
      return [putNew(strength, strengthKey(event), strengthRow(event))]
    case 'StrengthCorrected':
      return [put(strength, strengthKey(event), strengthRow(event))]
    case 'MissionTotalReported':
      return [putNew(missionTotal, `${event.mission}|${event.month}`, totalRow(event))]
    case 'MissionTotalCorrected':
      return [put(missionTotal, `${event.mission}|${event.month}`, totalRow(event))]
    default:
      return []
  }
}
