import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { settingsFrom } from './environment.ts'

describe('settings', () => {
  test('have defaults that run at once', () => {
    expect(settingsFrom({})).toMatchObject({ right: { port: 8080, log: 'warn' } })
  })
  test('take port and data folder from the environment', () => {
    expect(settingsFrom({ MUSTER_PORT: '9000', MUSTER_DATA: '/tmp/somewhere' })).toEqual(
      E.right({ port: 9000, data: '/tmp/somewhere', log: 'warn' }),
    )
  })
  test.each([
    ['MUSTER_PORT', 'eighty'],
    ['MUSTER_PORT', '0'],
    ['MUSTER_PORT', '70000'],
    ['MUSTER_DATA', ''],
    ['MUSTER_LOG', 'loud'],
  ])('name %s when it is "%s", with what it must be', (name, value) => {
    const settings = settingsFrom({ [name]: value })
    expect(E.isLeft(settings) ? settings.left : '').toMatch(new RegExp(`^${name} must be .*; got "${value}"`))
  })
})
