import { expect, test } from 'vitest'
import { implausibleDay, implausibleWindow, notYet, uncountableMonth } from './plausible.ts'

const at = '2027-01-15T08:00:00.000Z'

test('a day from 1945 to thirty years ahead can be meant', () => {
  expect(implausibleDay('1945-01-01', at, '/on')).toBeUndefined()
  expect(implausibleDay('2057-01-15', at, '/on')).toBeUndefined()
})

test('an earlier or a later day is refused at its field', () => {
  expect(implausibleDay('1944-12-31', at, '/on')).toMatchObject({ code: 'implausible-day', pointer: '/on' })
  expect(implausibleDay('2057-01-16', at, '/on')).toMatchObject({ code: 'implausible-day', pointer: '/on' })
})

test('a window is refused at the end that is wrong, or for its length', () => {
  expect(implausibleWindow({ from: '2027-01-01', to: '2028-01-01' }, at)).toBeUndefined()
  expect(implausibleWindow({ from: '0207-01-01', to: '2028-01-01' }, at)).toMatchObject({ pointer: '/from' })
  expect(implausibleWindow({ from: '2027-01-01', to: '2207-01-01' }, at)).toMatchObject({ pointer: '/to' })
  expect(implausibleWindow({ from: '1990-01-01', to: '2020-01-02' }, at)).toMatchObject({ code: 'implausible-window' })
})

test('what has happened lies on or before the day of the command or the day on which it takes effect', () => {
  expect(notYet('2027-01-15', { at, effectiveOn: '2026-12-01' })).toBeUndefined()
  expect(notYet('2027-03-01', { at, effectiveOn: '2027-03-01' })).toBeUndefined()
  expect(notYet('2027-01-16', { at, effectiveOn: '2026-12-01' })).toMatchObject({ code: 'in-the-future', pointer: '/on' })
})

test('a month can be counted once it has begun', () => {
  expect(uncountableMonth('2027-01', { at, effectiveOn: '2027-01-15' })).toBeUndefined()
  expect(uncountableMonth('2027-02', { at, effectiveOn: '2027-02-01' })).toBeUndefined()
  expect(uncountableMonth('2027-02', { at, effectiveOn: '2027-01-15' })).toMatchObject({
    code: 'in-the-future',
    pointer: '/month',
  })
  expect(uncountableMonth('0201-02', { at, effectiveOn: '2027-01-15' })).toMatchObject({ code: 'implausible-day' })
})
