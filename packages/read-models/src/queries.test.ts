/** What the queries answer about a small synthetic world, on both databases, now and as of earlier positions. */
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '@muster/contracts/allocation/problem'
import { DEPARTMENT, PUBLIC, type Label } from '@muster/contracts/label'
import { detect } from '@muster/flags/detect'
import { admits } from '@muster/sovereignty/view'
import { wholeLog } from './slots.ts'
import type { ReadModelStore } from './open.ts'
import { burdenIn } from './queries/burden.ts'
import { commitmentById, listCommitments } from './queries/commitments.ts'
import { compositionOf, concentrationIn, latestMonth } from './queries/composition.ts'
import { coverage } from './queries/coverage.ts'
import { flagById, listFlags, standingFlags } from './queries/flags.ts'
import { contributorById, organisationsOf, policyOn } from './queries/ground.ts'
import { labelsOf } from './queries/labels.ts'
import { missionBoard, missionById } from './queries/missions.ts'
import { overduePledges } from './queries/overdue.ts'
import { proposalTermsAt } from './queries/pledge-units.ts'
import { listPledges, pledgeById } from './queries/pledges.ts'
import { problemAt } from './queries/problem.ts'
import { situationAt } from './queries/situation.ts'
import { statementOf } from './queries/statement.ts'
import { timelineOf } from './queries/timeline.ts'
import { world } from './testing/events.ts'
import { logOf } from './testing/log.ts'
import { servers, type TestServer } from './testing/stores.ts'
import { EVERYTHING, type Visibility } from './visibility.ts'

const log = logOf(world)
const asOf = log.at(-1)?.position ?? 0
/** Position of the nth event of a type. */
const positionOf = (type: string, nth = 0): number => log.filter(({ event }) => event.type === type)[nth]?.position ?? 0

const nepal: Visibility = { all: false, contributor: 'NPL', organisations: [] }
const rwanda: Visibility = { all: false, contributor: 'RWA', organisations: ['AU'] }
const reporting: Visibility = { all: false, contributor: null, organisations: [] }

describe.each(servers)('queries on %s', (_name, start) => {
  let server: TestServer
  let store: ReadModelStore
  beforeAll(async () => {
    server = await start()
    store = await (await server.fresh()).open()
    const applied = await store.apply(
      { generation: 1, checkpoints: wholeLog(store.dialect) },
      { after: 0, events: log, through: asOf },
    )
    if (E.isLeft(applied)) throw new Error(`the world was not taken: ${applied.left._tag}`)
  })
  afterAll(async () => {
    await store.close()
    await server.stop()
  })

  const ids = async (visibility: Visibility, filter = {}): Promise<ReadonlyArray<string>> =>
    (await listPledges(store, { asOf, visibility, filter, day: '2027-01-01', limit: 10 })).items.map(({ id }) => id)

  it('lists pledges by what a reader may see, filter and page', async () => {
    expect(await ids(EVERYTHING)).toEqual(['P1', 'P2', 'P3'])
    expect(await ids(nepal)).toEqual(['P1', 'P2'])
    expect(await ids(rwanda)).toEqual(['P1', 'P2', 'P3'])
    expect(await ids(reporting)).toEqual(['P2'])
    expect(await ids(EVERYTHING, { contributor: 'RWA' })).toEqual(['P2', 'P3'])
    expect(await ids(EVERYTHING, { mission: 'UNMISS' })).toEqual(['P2'])
    expect(await ids(EVERYTHING, { status: 'accepted' })).toEqual(['P1'])
    expect(await ids(EVERYTHING, { capability: 'FUNDING' })).toEqual(['P3'])
    expect(await ids(EVERYTHING, { search: 'rwa/' })).toEqual(['P2', 'P3'])
    expect(await ids(EVERYTHING, { search: '%' })).toEqual([])
    const first = await listPledges(store, { asOf, visibility: EVERYTHING, day: '2027-01-01', limit: 2 })
    expect(first.next).toBe('P2')
    const rest = await listPledges(store, { asOf, visibility: EVERYTHING, day: '2027-01-01', limit: 2, after: 'P2' })
    expect([rest.items.map(({ id }) => id), rest.next]).toEqual([['P3'], null])
  })

  it('says in SQL what the sovereignty rule says of a label', async () => {
    const labels = new Map<string, Label>()
    for (const { id, label } of (await listPledges(store, { asOf, visibility: EVERYTHING, day: '2027-01-01', limit: 10 }))
      .items) {
      labels.set(id, label)
    }
    const readers: ReadonlyArray<Visibility> = [
      EVERYTHING,
      nepal,
      rwanda,
      reporting,
      { all: false, contributor: 'DEU', organisations: ['EU'] },
      { all: false, contributor: 'KEN', organisations: ['AU', 'EAC'] },
      { all: false, contributor: 'AU', organisations: [] },
    ]
    for (const reader of readers) {
      expect(await ids(reader)).toEqual([...labels].filter(([, label]) => admits(reader, label)).map(([id]) => id))
    }
  })

  it('shows a pledge flat, with its capacity on a day, and nothing before it was known', async () => {
    const pledge = await pledgeById(store, { asOf, id: 'P1', day: '2027-04-01' })
    expect(pledge).toMatchObject({
      id: 'P1',
      contributor: 'NPL',
      ownReference: 'NPL/P1',
      quantity: 3,
      status: 'accepted',
      readiness: 3,
      revision: 5,
      capacity: { pledged: 3, free: 1, reserved: 1, deployed: 1, released: 0 },
      label: { owners: ['NPL'], classification: 'confidential', releaseTo: ['AU'] },
    })
    expect(await pledgeById(store, { asOf: positionOf('PledgeSubmitted') - 1, id: 'P1', day: '2027-04-01' })).toBeUndefined()
    const early = await pledgeById(store, { asOf: positionOf('PledgeAcknowledged'), id: 'P1', day: '2027-04-01' })
    expect(early).toMatchObject({ status: 'acknowledged', revision: 1, capacity: { free: 3 } })
  })

  it('keeps the numbers of coverage apart, by month and as of what was known', async () => {
    const of = async (visibility: Visibility, at: number) =>
      (await coverage(store, { asOf: at, visibility, limit: 1_000, filter: { mission: 'UNMISS' } })).items
    const rows = await of(EVERYTHING, asOf)
    const row = (capability: string, month: string) => rows.find((each) => each.capability === capability && each.month === month)
    expect(row('INF-BN', '2027-03')).toMatchObject({ required: 4, pledged: 1, committed: 2, deployed: 1, gap: 2 })
    expect(row('INF-BN', '2027-02')).toMatchObject({ required: 4, pledged: 3, committed: 0, deployed: 0, gap: 4 })
    // EUR 1,000,000 in minor units at 1.1 is more than is required; 400,000 were paid by the end of March.
    expect(row('FUNDING', '2027-03')).toMatchObject({ required: 500_000, committed: 1_100_000, deployed: 440_000, gap: 0 })
    expect(row('MILITARY', '2027-01')).toMatchObject({
      required: 7_000,
      deployed: 3_550,
      deployedBy: 'counts-by-contributor',
      gap: 3_450,
    })
    expect(row('POLICE', '2027-01')).toMatchObject({ required: 900, deployed: 20, gap: 880 })
    expect(row('MILITARY', '2026-12')).toMatchObject({ required: 7_000, deployed: 6_100, deployedBy: 'mission-totals' })
    const before = (await of(EVERYTHING, positionOf('CommitmentAccepted') - 1)).find(
      (each) => each.capability === 'INF-BN' && each.month === '2027-03',
    )
    expect(before).toMatchObject({ committed: 0, gap: 4 })
    const outside = (await of(reporting, asOf)).find((each) => each.capability === 'INF-BN' && each.month === '2027-03')
    expect(outside).toMatchObject({ required: 4, pledged: 0, committed: 0, deployed: 0 })
  })

  it('pages coverage without losing or repeating a row', async () => {
    const whole = (await coverage(store, { asOf, visibility: EVERYTHING, limit: 1_000 })).items
    const paged = []
    let after: string | undefined
    do {
      const page = await coverage(store, { asOf, visibility: EVERYTHING, limit: 5, ...(after === undefined ? {} : { after }) })
      paged.push(...page.items)
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(paged).toEqual(whole)
  })

  it('composes a month from the counts as they were corrected', async () => {
    expect(await compositionOf(store, { asOf, mission: 'UNMISS', month: '2027-01' })).toMatchObject({
      total: 3_570,
      contributors: 2,
      shares: [
        { contributor: 'RWA', quantity: 1_850, percent: 51.82 },
        { contributor: 'NPL', quantity: 1_720, percent: 48.18 },
      ],
    })
    const uncorrected = await compositionOf(store, {
      asOf: positionOf('StrengthCorrected') - 1,
      mission: 'ALL',
      month: '2027-01',
    })
    expect(uncorrected).toMatchObject({ total: 3_520 })
    expect(await compositionOf(store, { asOf, mission: 'ALL', month: '2027-02' })).toBeUndefined()
    expect(await latestMonth(store, { asOf, mission: 'ALL' })).toBe('2027-01')
    expect(
      (await concentrationIn(store, { asOf, month: '2027-01' })).map(({ mission, capability, total }) => [
        mission,
        capability,
        total,
      ]),
    ).toEqual([
      ['ALL', 'ALL', 3_570],
      ['ALL', 'MILITARY', 3_550],
      ['ALL', 'POLICE', 20],
      ['UNMISS', 'ALL', 3_570],
      ['UNMISS', 'MILITARY', 3_550],
      ['UNMISS', 'POLICE', 20],
    ])
  })

  it('measures burden against a fair share under several methods', async () => {
    const personnel = await burdenIn(store, { asOf, dimension: 'personnel', method: 'policy', month: '2027-01' })
    // 1,850 of 3,570 on 33,000 of 128,000: ρ = 0.518207 ÷ 0.257813.
    expect(personnel.rows.find(({ contributor }) => contributor === 'RWA')).toMatchObject({
      own: 1_850,
      capacity: 33_000,
      rho: 2.010016,
    })
    const equal = await burdenIn(store, { asOf, dimension: 'personnel', method: 'equal', month: '2027-01' })
    expect(equal.rows.map(({ rho }) => rho)).toEqual([0.963585, 1.036415])
    // In March nobody reported, so the deployed battalion counts with its 850 persons.
    const march = await burdenIn(store, { asOf, dimension: 'personnel', method: 'equal', month: '2027-03' })
    expect(march.rows.map(({ own }) => own)).toEqual([850, 0])
    // USD 1.2 billion a year ÷ 12 by 100 and 300 parts per million, and 400,000 euro cents at 1.1.
    const funding = await burdenIn(store, { asOf, dimension: 'funding', method: 'assessed-scale', month: '2027-03' })
    expect(funding).toMatchObject({ unit: 'cents-per-month' })
    expect(funding.rows.map(({ own }) => own)).toEqual([1_000_000, 3_440_000])
    expect(await burdenIn(store, { asOf, dimension: 'composite', method: 'policy', month: '2027-01' })).toMatchObject({
      unit: 'percent',
      policy: 'P-1',
    })
  })

  it('answers the boards: missions, commitments, flags', async () => {
    const board = await missionBoard(store, { asOf, day: '2027-02-28', limit: 10 })
    expect(board.items).toMatchObject([
      {
        id: 'UNMISS',
        ceiling: { military: 12_500, police: 900 },
        strength: { month: '2027-01', military: 3_550, police: 20 },
        requirements: 2,
      },
    ])
    expect(await missionById(store, { asOf, id: 'UNMISS', day: '2027-01-31' })).toMatchObject({
      to: '2028-07-01',
      ceiling: { military: 7_000 },
      budgets: [{ fiscalYear: '2026/27', cutPermille: 150, cash: [{ on: '2026-09-01' }] }],
      consents: [{ contributor: 'XXA', decisions: [{ decision: 'refused' }] }],
    })
    expect((await listCommitments(store, { asOf, visibility: nepal, limit: 10 })).items.map(({ id }) => id)).toEqual(['C1'])
    expect((await listCommitments(store, { asOf, visibility: reporting, limit: 10 })).items).toEqual([])
    expect(await commitmentById(store, { asOf, id: 'C1' })).toMatchObject({
      status: 'deployed',
      present: 1,
      claims: [{ claim: 'K1', paid: [{ amount: { amount: '4000', currency: 'USD' } }] }],
      label: { owners: ['NPL'], classification: 'confidential', releaseTo: ['AU'] },
    })
    const flags = async (visibility: Visibility) =>
      (await listFlags(store, { asOf, visibility, limit: 10 })).items.map(({ id, status }) => [id, status])
    expect(await flags(EVERYTHING)).toEqual([
      ['F1', 'cleared'],
      ['F2', 'raised'],
    ])
    expect(await flags(rwanda)).toEqual([['F2', 'raised']])
    expect(await flags(reporting)).toEqual([])
    expect((await standingFlags(store, { asOf })).map(({ id }) => id)).toEqual(['F2'])
    expect(await flagById(store, { asOf: positionOf('FlagAcknowledged'), id: 'F1' })).toMatchObject({
      status: 'acknowledged',
      note: 'seen',
    })
  })

  it('tells a history in plain words and labels every stream', async () => {
    const history = await timelineOf(store, { asOf, stream: 'pledge-P1', limit: 3 })
    expect(history.items.map(({ text }) => text)).toEqual([
      'NPL pledged 3 × INF-BN from 2027-01-01 to 2028-01-01 (its reference NPL/P1).',
      'The department acknowledged the pledge.',
      'The pledge was accepted into the register at level 1.',
    ])
    const rest = await timelineOf(store, { asOf, stream: 'pledge-P1', limit: 10, after: history.next ?? '' })
    expect(rest.items.map(({ type }) => type)).toEqual(['PledgeReadinessRaised', 'CapacityReserved', 'CapacityDeployed'])
    expect(
      (await timelineOf(store, { asOf: positionOf('PledgeAcknowledged'), stream: 'pledge-P1', limit: 10 })).items,
    ).toHaveLength(2)
    const labels = await labelsOf(store, {
      asOf,
      streams: ['pledge-P1', 'pledge-P2', 'commitment-C2', 'flag-F1', 'flag-F2', 'plan-PL1', 'mission-UNMISS', 'pledge-none'],
    })
    expect(Object.fromEntries(labels)).toEqual({
      'pledge-P1': { owners: ['NPL'], classification: 'confidential', releaseTo: ['AU'] },
      'pledge-P2': { owners: ['RWA'], classification: 'unclassified', releaseTo: [] },
      'commitment-C2': { owners: ['RWA'], classification: 'confidential', releaseTo: [] },
      'flag-F1': DEPARTMENT,
      'flag-F2': { ...DEPARTMENT, owners: ['RWA'] },
      'plan-PL1': DEPARTMENT,
      'mission-UNMISS': PUBLIC,
      'pledge-none': DEPARTMENT,
    })
  })

  it('knows who belonged to which organisation on a day', async () => {
    const on = (contributor: string, day: string) => organisationsOf(store, { asOf, contributor, day })
    expect([await on('RWA', '2027-01-01'), await on('NPL', '2020-06-01'), await on('NPL', '2027-01-01')]).toEqual([
      ['AU'],
      ['AU'],
      [],
    ])
    expect(await contributorById(store, { asOf, id: 'NPL' })).toMatchObject({
      revision: 3,
      figures: [{ figure: 'armed-forces', value: 95_000 }],
    })
    expect(await policyOn(store, { asOf, day: '2027-01-01' })).toMatchObject({ id: 'P-1' })
  })

  it('states what a contributor gave, owes and was asked', async () => {
    const statement = await statementOf(store, { asOf, visibility: rwanda, id: 'RWA', day: '2027-04-01' })
    expect(statement).toMatchObject({
      pledges: [{ id: 'P2' }, { id: 'P3' }],
      owes: [{ commitment: 'C2', outstanding: 600_000, currency: 'EUR' }],
      gave: { month: '2027-01', strengths: [{ mission: 'UNMISS', total: 1_850 }], paidCents: '440000' },
      assessed: { peacekeepingPpm: 300 },
      flags: [{ id: 'F2' }],
    })
    const nepal = await statementOf(store, { asOf, visibility: EVERYTHING, id: 'NPL', day: '2027-05-15' })
    // One unit since 5 March at the end of two months, at USD 1,000 a month; USD 40 were reimbursed.
    expect(nepal?.gave.inKind).toEqual({ grossCents: '200000', netCents: '196000' })
    expect((await statementOf(store, { asOf, visibility: reporting, id: 'NPL', day: '2027-04-01' }))?.pledges).toEqual([])
    expect(await statementOf(store, { asOf, visibility: EVERYTHING, id: 'ZZZ', day: '2027-04-01' })).toBeUndefined()
  })

  it('folds the problem of what is still lacking and still free', async () => {
    const horizon = { from: '2027-01-01', to: '2028-01-01' }
    const folded = await problemAt(store, { asOf, basis: 'pledges', horizon })
    if (E.isLeft(folded)) expect.fail(folded.left.message)
    const { problem, policy } = folded.right
    expect(policy).toBe('P-1')
    expect(Problem.parse(problem)).toEqual(problem)
    expect(problem.requirements.map(({ id, quantity, from, to }) => [id, quantity, from, to])).toEqual([
      ['R1', 2, '2027-01-01', '2028-01-01'],
      ['R1~2', 2, '2027-01-01', '2027-03-01'],
      ['R1~3', 2, '2027-12-01', '2028-01-01'],
    ])
    expect(
      problem.assets.map(({ id, contributor, copies, burden, persons }) => [id, contributor, copies, burden, persons]),
    ).toEqual([
      ['P1', 'NPL', 1, 850, 850],
      ['P1~2', 'NPL', 2, 850, 850],
      ['P1~3', 'NPL', 2, 850, 850],
      ['P3', 'RWA', 1_100_000, 1, 1],
    ])
    expect(problem.offers.find(({ id }) => id === 'P1~2')).toMatchObject({
      asset: 'P1~2',
      from: '2027-01-01',
      to: '2027-03-01',
      readiness: 3,
    })
    const before = await problemAt(store, { asOf: positionOf('CommitmentAccepted') - 1, basis: 'pledges', horizon })
    if (E.isLeft(before)) expect.fail(before.left.message)
    expect(before.right.problem.published).toEqual([
      { offer: 'P1', requirement: 'R1', quantity: 2, from: '2027-03-01', to: '2027-12-01' },
    ])
    const terms = await proposalTermsAt(store, {
      asOf,
      decidedAt: horizon.from,
      assignments: [{ offer: 'P3', requirement: 'R2', quantity: 550_000, ...horizon }],
    })
    expect(terms({ offer: 'P3', requirement: 'R2~2', quantity: 550_000, ...horizon })).toEqual({
      pledge: 'P3',
      requirement: 'R2',
      quantity: 500_000,
      currency: 'EUR',
    })
  })

  it('folds the problem of who is there against what was authorised', async () => {
    const folded = await problemAt(store, { asOf, basis: 'reported-strength', horizon: { from: '2027-02-01', to: '2027-03-01' } })
    if (E.isLeft(folded)) expect.fail(folded.left.message)
    const { problem } = folded.right
    expect(Problem.parse(problem)).toEqual(problem)
    expect(problem.requirements.map(({ id, quantity }) => [id, quantity])).toEqual([
      ['UNMISS:MILITARY', 7_000],
      ['UNMISS:POLICE', 900],
    ])
    expect(problem.published.map(({ offer, quantity }) => [offer, quantity])).toEqual([
      ['NPL:MILITARY', 1_700],
      ['RWA:MILITARY', 1_850],
      ['NPL:POLICE', 20],
    ])
    const nothing = await problemAt(store, {
      asOf: positionOf('PolicyAdopted') - 1,
      basis: 'pledges',
      horizon: { from: '2027-01-01', to: '2027-02-01' },
    })
    expect(nothing).toMatchObject({ _tag: 'Left', left: { _tag: 'NoPolicy' } })
  })

  it('gives the detectors a situation in which they find what is wrong', async () => {
    const situation = await situationAt(store, { asOf, today: '2027-04-01' })
    if (situation === undefined) expect.fail('a policy is in force')
    const found = new Set(detect(situation).map(({ kind }) => kind))
    expect(found).toContain('over-burdened')
    expect(found).toContain('budget-not-covered-by-cash')
    expect(await situationAt(store, { asOf: positionOf('PolicyAdopted') - 1, today: '2027-04-01' })).toBeUndefined()
    expect(await overduePledges(store, { asOf, day: '2028-02-01' })).toEqual(['P1'])
    expect(await overduePledges(store, { asOf, day: '2027-04-01' })).toEqual([])
  })
})
