import { describe, test } from 'vitest'
import { specification } from '@muster/kernel/testing'
import { missionTotal } from './mission-total.ts'

const given = specification(missionTotal)
const december = { mission: 'UNMIL', month: '2005-12', total: 16112, source: 'sample' }

describe('total strength of a mission', () => {
  test('is one figure a month', () => {
    given()
      .when({ type: 'ReportMissionTotal', ...december })
      .then({ type: 'MissionTotalReported', ...december })
      .andAgain.thenNothing()
  })
  test('is corrected by another figure for the same month, the first one staying in the log', () => {
    given({ type: 'MissionTotalReported', ...december })
      .when({ type: 'ReportMissionTotal', ...december, total: 16113 })
      .then({ type: 'MissionTotalCorrected', ...december, total: 16113 })
      .andAgain.thenNothing()
  })
  test('is not of a month that has not begun', () => {
    given()
      .when({ type: 'ReportMissionTotal', ...december, month: '2027-02' }, { at: '2027-01-31T23:59:59.000Z' })
      .thenRefused('in-the-future')
  })
  test('may come late, between months already known', () => {
    given({ type: 'MissionTotalReported', ...december }, { type: 'MissionTotalReported', ...december, month: '2006-02' })
      .when({ type: 'ReportMissionTotal', ...december, month: '2006-01' })
      .then({ type: 'MissionTotalReported', ...december, month: '2006-01' })
  })
})
