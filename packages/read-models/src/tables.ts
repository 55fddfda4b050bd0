/** Every table of the read models, and what the query builder knows of them. */
import type { StoredOf } from './table.ts'
import { contributor, affiliation, capacityFigure, capability, scale, policy, exchangeRate } from './tables/ground.ts'
import { mission, mandateStep, ceiling, missionBudget, consent, requirement, strength, missionTotal } from './tables/missions.ts'
import { pledge, commitment } from './tables/pledges.ts'
import { plan, planDocument, planAssignment, planUncovered, planUnused, flag, timeline } from './tables/records.ts'

export const tables = [
  contributor,
  affiliation,
  capacityFigure,
  capability,
  scale,
  policy,
  exchangeRate,
  mission,
  mandateStep,
  ceiling,
  missionBudget,
  consent,
  requirement,
  strength,
  missionTotal,
  pledge,
  commitment,
  plan,
  planDocument,
  planAssignment,
  planUncovered,
  planUnused,
  flag,
  timeline,
] as const

type AnyTable = (typeof tables)[number]
/** What the query builder knows: table name → stored row. */
export type Database = { [T in AnyTable as T['name']]: StoredOf<T> }
