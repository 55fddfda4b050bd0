import { describe, test } from 'vitest'
import { specification } from '@muster/kernel/testing'
import { parking } from './parking.ts'

const given = specification(parking)
const parked = {
  type: 'StreamParked',
  subscription: 'keeper',
  stream: 'commitment-1',
  fromRevision: 2,
  reason: 'malformed',
} as const
const release = { type: 'ReleaseStream', subscription: 'keeper', stream: 'commitment-1' } as const
const released = { type: 'StreamReleased', subscription: 'keeper', stream: 'commitment-1' } as const

describe('the parked streams of a subscription', () => {
  test('are released one by one', () => {
    given(parked).when(release).then(released).andAgain.thenNothing()
  })
  test('may be parked again, and released again', () => {
    given(parked, released, parked).when(release).then(released).andAgain.thenNothing()
  })
  test('are the only ones that can be released', () => {
    given(parked)
      .when({ ...release, stream: 'commitment-2' })
      .thenRefused('stream-not-parked')
  })
})
