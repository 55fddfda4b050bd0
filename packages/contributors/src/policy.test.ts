import { describe, test } from 'vitest'
import type { PolicyCommand, PolicyEvent, PolicyTerms } from '@muster/contracts/contributors'
import { specification } from '@muster/kernel/testing'
import { policy } from './policy.ts'

const given = specification(policy)
const terms: PolicyTerms = {
  keys: { personnel: 'population', equipment: 'military-expenditure', funding: 'assessed-scale' },
  weights: { personnel: 400, equipment: 200, funding: 400 },
  band: { lowPermille: 500, highPermille: 2_000 },
  slackPpm: 0,
  maxMissionsPerContributor: null,
  thresholds: {
    top1Permille: 300,
    top5Permille: 700,
    hhiPermille: 150,
    giniPermille: 800,
    cliffPermille: 200,
    cliffMonths: 3,
    filledPermille: 950,
    oversubscribedPermille: 1_200,
    staleFigureYears: 5,
    womenTroopsPermille: 150,
    womenExpertsPermille: 250,
    womenFormedPolicePermille: 200,
    womenIndividualPolicePermille: 300,
  },
}
const wish = (changes: Partial<PolicyTerms> = {}): PolicyCommand => ({
  type: 'AdoptPolicy',
  policy: '1',
  from: '2027-01-01',
  terms: { ...terms, ...changes },
  source: 'sample',
})
const adopted: PolicyEvent = { ...wish(), type: 'PolicyAdopted' }

describe('a policy', () => {
  test('is adopted once', () => {
    given().when(wish()).then(adopted).andAgain.thenNothing()
  })
  test('never changes once adopted', () => {
    given(adopted)
      .when(wish({ slackPpm: 1 }))
      .thenRefused('policy-already-adopted')
  })
  test('names a measure of capacity for every dimension, not itself', () => {
    given()
      .when(wish({ keys: { ...terms.keys, funding: 'policy' } }))
      .thenRefused('policy-names-itself')
  })
  test('weighs at least one dimension', () => {
    given()
      .when(wish({ weights: { personnel: 0, equipment: 0, funding: 0 } }))
      .thenRefused('weights-all-zero')
  })
  test('has a band that holds a fair share', () => {
    given()
      .when(wish({ band: { lowPermille: 1_001, highPermille: 2_000 } }))
      .thenRefused('band-without-fair-share')
    given()
      .when(wish({ band: { lowPermille: 500, highPermille: 999 } }))
      .thenRefused('band-without-fair-share')
  })
  test('has thresholds that are possible', () => {
    given()
      .when(wish({ thresholds: { ...terms.thresholds, giniPermille: 1_001 } }))
      .thenRefused('threshold-above-whole')
    given()
      .when(wish({ thresholds: { ...terms.thresholds, top1Permille: 701 } }))
      .thenRefused('top1-above-top5')
  })
})
