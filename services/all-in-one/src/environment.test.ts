import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { settingsFrom } from '@muster/http/environment'
import { AllInOneEnvironment } from './environment.ts'

describe('settings', () => {
  test('have defaults that run at once', () => {
    expect(settingsFrom(AllInOneEnvironment, {})).toEqual(
      E.right({ MUSTER_PORT: 8080, MUSTER_HOST: '127.0.0.1', MUSTER_DATA: '.muster', MUSTER_LOG: 'warn' }),
    )
  })
  test.each([
    ['MUSTER_PORT', 'eighty'],
    ['MUSTER_PORT', '0'],
    ['MUSTER_PORT', '70000'],
    ['MUSTER_HOST', 'everywhere'],
    ['MUSTER_DATA', ''],
    ['MUSTER_LOG', 'loud'],
  ])('name %s when it is "%s", with what it must be', (name, value) => {
    const settings = settingsFrom(AllInOneEnvironment, { [name]: value })
    expect(E.isLeft(settings) ? settings.left : '').toMatch(new RegExp(`^${name} must be .*; it is "${value}"`))
  })
})
