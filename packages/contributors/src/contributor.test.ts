import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContributorCommand, ContributorEvent } from '@muster/contracts/contributors'
import { fold } from '@muster/kernel/decider'
import { specification, walk } from '@muster/kernel/testing'
import { contributor, organisationsOn } from './contributor.ts'

const given = specification(contributor)
const nepal = { contributor: 'NPL', kind: 'state', name: 'Nepal', region: 'Asia', neighbours: ['CHN', 'IND'] } as const
const described = { ...nepal, neighbours: [...nepal.neighbours] }
const registered: ContributorEvent = { type: 'ContributorRegistered', ...described }
const joined: ContributorEvent = { type: 'ContributorAffiliated', contributor: 'NPL', organisation: 'NAM', from: '1961-09-01' }
const figure = { contributor: 'NPL', key: 'armed-forces', year: 2012, value: 157_750, source: 'sample' } as const

describe('a contributor', () => {
  test('is registered once', () => {
    given()
      .when({ type: 'RegisterContributor', ...described })
      .then(registered)
      .andAgain.thenNothing()
  })
  test('is described anew when told other facts, whatever the order of its neighbours', () => {
    given(registered)
      .when({ type: 'RegisterContributor', ...described, name: 'Federal Democratic Republic of Nepal' })
      .then({ type: 'ContributorDescribed', ...described, name: 'Federal Democratic Republic of Nepal' })
      .andAgain.thenNothing()
    given(registered)
      .when({ type: 'RegisterContributor', ...described, neighbours: ['IND', 'CHN'] })
      .thenNothing()
  })
  test('never turns from a state into an organisation', () => {
    given(registered)
      .when({ type: 'RegisterContributor', ...described, kind: 'organisation' })
      .thenRefused('contributor-kind-fixed', { registered: 'state' })
  })
  test('is not its own neighbour', () => {
    given()
      .when({ type: 'RegisterContributor', ...described, neighbours: ['NPL'] })
      .thenRefused('neighbour-of-itself')
  })
  test('must be registered before anything is said about it', () => {
    given()
      .when({ type: 'AdoptCapacityFigure', ...figure })
      .thenRefused('contributor-not-registered')
    given()
      .when({ type: 'EndAffiliation', contributor: 'NPL', organisation: 'NAM', on: '1970-01-01' })
      .thenRefused('contributor-not-registered')
  })
})

describe('affiliation', () => {
  test('is told once', () => {
    given(registered)
      .when({ type: 'AffiliateContributor', contributor: 'NPL', organisation: 'NAM', from: '1961-09-01' })
      .then(joined)
      .andAgain.thenNothing()
  })
  test('of one organisation never overlaps', () => {
    given(registered, joined)
      .when({ type: 'AffiliateContributor', contributor: 'NPL', organisation: 'NAM', from: '1999-01-01', to: '2000-01-01' })
      .thenRefused('affiliation-overlaps', { from: '1961-09-01' })
  })
  test('is for states, and never to itself', () => {
    given({ type: 'ContributorRegistered', contributor: 'ECOWAS', kind: 'organisation', name: 'ECOWAS' })
      .when({ type: 'AffiliateContributor', contributor: 'ECOWAS', organisation: 'AU', from: '2002-07-09' })
      .thenRefused('only-states-belong')
    given(registered)
      .when({ type: 'AffiliateContributor', contributor: 'NPL', organisation: 'NPL', from: '2002-07-09' })
      .thenRefused('affiliated-to-itself')
  })
  test('ends on a day, and may begin again later', () => {
    const ended = { type: 'AffiliationEnded', contributor: 'NPL', organisation: 'NAM', on: '1980-01-01' } as const
    given(registered, joined)
      .when({ type: 'EndAffiliation', contributor: 'NPL', organisation: 'NAM', on: '1980-01-01' })
      .then(ended)
      .andAgain.thenNothing()
    given(registered, joined, ended)
      .when({ type: 'AffiliateContributor', contributor: 'NPL', organisation: 'NAM', from: '1990-01-01' })
      .then({ ...joined, from: '1990-01-01' })
    expect(organisationsOn(fold(contributor, [registered, joined, ended]), '1979-12-31')).toEqual(['NAM'])
    expect(organisationsOn(fold(contributor, [registered, joined, ended]), '1980-01-01')).toEqual([])
  })
  test('cannot end where there is none, or before it began', () => {
    given(registered, joined)
      .when({ type: 'EndAffiliation', contributor: 'NPL', organisation: 'NAM', on: '1961-09-01' })
      .thenRefused('not-affiliated')
    given(registered)
      .when({ type: 'EndAffiliation', contributor: 'NPL', organisation: 'NAM', on: '1999-01-01' })
      .thenRefused('not-affiliated')
  })
})

describe('a capacity figure', () => {
  test('is adopted per measure and year; the latest adopted is the one in force', () => {
    const adopted = { type: 'CapacityFigureAdopted', ...figure } as const
    given(registered)
      .when({ type: 'AdoptCapacityFigure', ...figure })
      .then(adopted)
      .andAgain.thenNothing()
    given(registered, adopted)
      .when({ type: 'AdoptCapacityFigure', ...figure, value: 160_000 })
      .then({ ...adopted, value: 160_000 })
      .andAgain.thenNothing()
    given(registered, adopted, { ...adopted, value: 1 })
      .when({ type: 'AdoptCapacityFigure', ...figure, value: 1 })
      .thenNothing()
    given(registered, adopted)
      .when({ type: 'AdoptCapacityFigure', ...figure, year: 2013 })
      .then({ ...adopted, year: 2013 })
  })
})

const days = fc.integer({ min: 1970, max: 1979 }).map((year) => `${year}-01-01`)
const organisation = fc.constantFrom('NAM', 'AU')
const wish: fc.Arbitrary<ContributorCommand> = fc.oneof(
  fc.constantFrom<ContributorCommand>(
    { type: 'RegisterContributor', ...described },
    { type: 'RegisterContributor', ...described, name: 'N' },
  ),
  fc
    .record({ organisation, from: days, to: fc.option(days, { nil: undefined }) })
    .filter(({ from, to }) => to === undefined || from < to)
    .map((m): ContributorCommand => ({ type: 'AffiliateContributor', contributor: 'NPL', ...m })),
  fc
    .record({ organisation, on: days })
    .map((end): ContributorCommand => ({ type: 'EndAffiliation', contributor: 'NPL', ...end })),
  fc.integer({ min: 0, max: 3 }).map((value): ContributorCommand => ({ type: 'AdoptCapacityFigure', ...figure, value })),
)

test('memberships of one organisation never overlap, and repeated wishes change nothing, under any history', () => {
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes) => {
      walk(contributor, [{ type: 'RegisterContributor', ...described }, ...wishes], (state) => {
        for (const day of ['1972-06-01', '1975-06-01', '1978-06-01']) {
          const present = organisationsOn(state, day)
          expect(new Set(present).size).toBe(present.length)
        }
        for (const { from, to } of state.memberships) expect(to === undefined || from < to).toBe(true)
      })
    }),
  )
})
