import { describe, test } from 'vitest'
import type { CapabilityEvent } from '@muster/contracts/contributors'
import { specification } from '@muster/kernel/testing'
import { capability } from './capability.ts'

const given = specification(capability)
const battalion = {
  capability: 'INF-BN',
  name: 'Infantry battalion',
  category: 'infantry',
  dimension: 'personnel',
  measure: 'standing',
  unit: 'unit',
  typicalPersons: 850,
  divisible: false,
  source: 'sample',
} as const
const defined: CapabilityEvent = { type: 'CapabilityDefined', ...battalion }

describe('a capability', () => {
  test('is defined once', () => {
    given()
      .when({ type: 'DefineCapability', ...battalion })
      .then(defined)
      .andAgain.thenNothing()
  })
  test('is revised when told otherwise', () => {
    given(defined)
      .when({ type: 'DefineCapability', ...battalion, typicalPersons: 650 })
      .then({ type: 'CapabilityRevised', ...battalion, typicalPersons: 650 })
      .andAgain.thenNothing()
  })
  test('keeps what its quantities mean: dimension, measure, unit', () => {
    given(defined)
      .when({ type: 'DefineCapability', ...battalion, dimension: 'equipment' })
      .thenRefused('capability-meaning-fixed', { defined: 'personnel' })
    given(defined)
      .when({ type: 'DefineCapability', ...battalion, measure: 'stock' })
      .thenRefused('capability-meaning-fixed', { defined: 'standing' })
    given(defined)
      .when({ type: 'DefineCapability', ...battalion, unit: 'person' })
      .thenRefused('capability-meaning-fixed', { defined: 'unit' })
  })
})
