/** The whole of `data/` as commands, in an order in which everything named is already known. */
import { join } from 'node:path'
import type { BatchLine } from '@muster/contracts/commands'
import { contributorLines } from './contributors.ts'
import { capabilityLines, policyLines, scaleLines } from './foundations.ts'
import { budgetLines, ceilingLines, missionLines } from './missions.ts'
import { ContributionRow, strengthLine, TotalRow, totalLine } from './strengths.ts'
import { readTable } from './table.ts'

export interface HistoryPart {
  readonly name: string
  readonly lines: ReadonlyArray<BatchLine>
}

/** Reads the files of the folder; throws where a file is not what data/README.md says it is. */
export const realHistory = (folder: string): ReadonlyArray<HistoryPart> => {
  const contributions = readTable(join(folder, 'contributions_country_mission_month_2009-2014.csv'), ContributionRow)
  const totals = readTable(join(folder, 'mission_strength_month_1990-2017.csv'), TotalRow)
  const missions = missionLines(folder, contributions, totals)
  const known = new Set(missions.map(({ data }) => String(data['mission'])))
  return [
    { name: 'capability catalogue', lines: capabilityLines(folder) },
    { name: 'contributors, blocs and capacity figures', lines: contributorLines(folder) },
    { name: 'scales of assessments', lines: scaleLines(folder) },
    { name: 'policy', lines: policyLines(folder) },
    { name: 'missions', lines: missions },
    { name: 'authorised ceilings', lines: ceilingLines(folder) },
    { name: 'budgets', lines: budgetLines(folder, known) },
    { name: 'mission totals 1990–2017', lines: totals.map(totalLine) },
    { name: 'monthly contributions 2009–2014', lines: contributions.map(strengthLine) },
  ]
}
