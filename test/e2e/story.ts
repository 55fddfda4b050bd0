/**
 * The people and papers of the end-to-end stories: a mission of the tests with requirements, and nations that pledge for it. All of
 * it is invented (synthetic); states and catalogue are the real ones, for an engine with the real history answers.
 */
import { z } from 'zod'
import { addMonths, dayOfInstant, firstDayOf, monthOf, type Day } from '@muster/kernel/time'
import { accepted, askAs, type Answer, type Ask } from './api.ts'
import { startEngine, type Engine } from './engine.ts'
import { copyOfPreparedStore } from './prepared-store.ts'

export const MISSION = 'E2E-1'
export const today: Day = dayOfInstant(new Date().toISOString())
/** The mission has begun this month; units serve for a year. */
export const from = firstDayOf(monthOf(today))
export const to = addMonths(from, 12)

const NATIONS = ['NPL', 'RWA', 'GHA', 'BGD', 'DEU', 'KEN', 'NOR'] as const

export interface Story {
  readonly engine: Engine
  readonly officer: Ask
  readonly as: (contributor: string) => Ask
}

export const beginStory = async (): Promise<Story> => storyOn(await startEngine({ data: await copyOfPreparedStore() }))

export const storyOn = async (engine: Engine): Promise<Story> => {
  const nations = new Map(
    await Promise.all(
      NATIONS.map(async (contributor) => [contributor as string, await askAs(engine, 'nation', contributor)] as const),
    ),
  )
  return {
    engine,
    officer: await askAs(engine, 'officer'),
    as: (contributor) => {
      const nation = nations.get(contributor)
      if (nation === undefined) throw new Error(`${contributor} takes no part`)
      return nation
    },
  }
}

export const establish = ({ officer }: Story): Promise<Answer> =>
  officer.send('POST', '/v1/missions', {
    mission: MISSION,
    name: 'A mission of the tests (synthetic)',
    hosts: ['MLI'],
    from,
    to: addMonths(from, 24),
  })

const REQUIREMENTS = [
  { requirement: 'HOSPITAL', capability: 'MED-L2', quantity: 1, tier: 1 },
  { requirement: 'BATTALIONS', capability: 'INF-BN', quantity: 2, tier: 1, weight: 8, minTourDays: 90, needs: ['HOSPITAL'] },
  { requirement: 'OBSERVERS', capability: 'UNMO', counts: 'persons', quantity: 20, tier: 2 },
  // US cents.
  { requirement: 'TRUST-FUND', capability: 'FUNDING', quantity: 50_000_000, tier: 3 },
]

/** Units, persons and money; the battalions need the hospital. Answers with the last position. */
export const issueRequirements = async ({ officer }: Story): Promise<number> => {
  for (const terms of REQUIREMENTS)
    accepted(await officer.send('POST', `/v1/missions/${MISSION}/requirements`, { from, to, ...terms }))
  return accepted(
    await officer.give('RecordExchangeRate', { currency: 'EUR', on: from, centsPerMillion: 1_100_000, source: 'synthetic' }),
  ).position
}

export const pledgeTerms = (contributor: string, capability: string, more: object): object => ({
  contributor,
  ownReference: `${contributor}/e2e/1`,
  capability,
  from,
  to,
  readiness: 3,
  ...more,
})

/** By contributor. */
export const OFFERS: Readonly<Record<string, object>> = {
  NPL: pledgeTerms('NPL', 'INF-BN', { quantity: 2, persons: 850, classification: 'unclassified' }),
  RWA: pledgeTerms('RWA', 'INF-BN', { quantity: 1, persons: 800, classification: 'confidential', releaseTo: ['AU'] }),
  GHA: pledgeTerms('GHA', 'MED-L2', {
    quantity: 1,
    parties: [
      { contributor: 'GHA', part: 3, role: 'lead' },
      { contributor: 'NOR', part: 1, role: 'equipment' },
    ],
  }),
  BGD: pledgeTerms('BGD', 'UNMO', { quantity: 20, divisible: true }),
  DEU: pledgeTerms('DEU', 'FUNDING', { amount: { amount: '82000000', currency: 'EUR' } }),
}

export interface Submitted {
  readonly id: string
  readonly position: number
  readonly etag: string
}

export const submitted = (answer: Answer): Submitted => {
  const { position } = accepted(answer)
  const { id } = z.looseObject({ id: z.string() }).parse(answer.body)
  return { id, position, etag: answer.headers.get('etag') ?? '' }
}

/** What each nation has pledged, to be asked for by its code. */
export interface Pledged {
  readonly of: (contributor: string) => Submitted
}

export const pledgeAll = async ({ as }: Story): Promise<Pledged> => {
  const pledges = new Map<string, Submitted>()
  for (const [contributor, terms] of Object.entries(OFFERS)) {
    pledges.set(contributor, submitted(await as(contributor).send('POST', '/v1/pledges', terms)))
  }
  return {
    of: (contributor) => {
      const found = pledges.get(contributor)
      if (found === undefined) throw new Error(`${contributor} has not pledged`)
      return found
    },
  }
}

const Items = z.object({ items: z.array(z.looseObject({})), asOf: z.object({ position: z.int(), time: z.string().nullable() }) })
/** The rows of a list. */
export const itemsOf = (answer: Answer): ReadonlyArray<Record<string, unknown>> => Items.parse(answer.body).items
export const positionOf = (answer: Answer): number => Items.parse(answer.body).asOf.position
