import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Refusal } from '@muster/command-handler/submission'
import { commitmentEvents } from '@muster/contracts/commitments'
import { planEvents } from '@muster/contracts/planning'
import type { RecordedEvent } from '@muster/event-store/event'
import { settledAt } from '@muster/event-store/expected'
import { allocateNow } from '@muster/allocation/allocate'
import { codecOf } from '@muster/codec/codec'
import { rejected } from '@muster/kernel/rejection'
import type { Give } from './give.ts'
import { keeper, type KeeperDeps } from './keeper.ts'
import type { Computed } from './proposals.ts'
import type { Reaction } from './reactions.ts'

/** One nation with two battalions against a mission that needs two. Synthetic. */
const problem = {
  format: 'muster.problem/1',
  horizon: { from: '2027-01-01', to: '2028-01-01' },
  decidedAt: '2027-01-01',
  capabilities: [{ code: 'INF-BN', dimension: 'personnel', measure: 'standing' }],
  contributors: [{ id: 'NPL', capacity: { personnel: 100 } }],
  missions: [{ id: 'MINUSCA', refuses: [], ceilings: [] }],
  requirements: [
    { id: 'R1', mission: 'MINUSCA', capability: 'INF-BN', tier: 1, weight: 1, quantity: 2, from: '2027-01-01', to: '2028-01-01' },
  ],
  assets: [{ id: 'P-1', contributor: 'NPL', capability: 'INF-BN', copies: 2 }],
  offers: [{ id: 'P-1', asset: 'P-1', from: '2027-01-01', to: '2028-01-01' }],
} as const

const computed = (): Computed => {
  const solution = allocateNow(problem)
  if (E.isLeft(solution)) throw new Error(solution.left._tag)
  return {
    type: 'PlanComputed',
    ...planEvents.PlanComputed.parse({
      plan: 'p1',
      basis: 'pledges',
      inputsPosition: 7,
      policy: 'x',
      problem,
      problemDigest: solution.right.problem,
      solution: solution.right,
    }),
  }
}
const proposed = {
  commitment: 'p1-0001',
  kind: 'mou',
  pledge: 'P-1',
  contributor: 'NPL',
  mission: 'MINUSCA',
  requirement: 'R1',
  capability: 'INF-BN',
  quantity: 2,
  from: '2027-01-01',
  to: '2028-01-01',
  plan: 'p1',
}

const recorded = (stream: string, type: string, data: object, revision = 0): RecordedEvent => ({
  id: `${stream}@${revision}`,
  stream,
  type,
  data,
  revision,
  position: settledAt(20 + revision),
  recordedAt: '2027-01-01T00:00:00.000Z',
  metadata: { commandId: 'c', correlationId: 'k', causationId: 'c', actor: { role: 'officer' }, effectiveOn: '2027-01-01' },
})

const world = (
  answers: (reaction: Reaction) => Refusal | undefined = () => undefined,
  inForce: ReadonlyArray<string> = [],
  more: Readonly<Record<string, ReadonlyArray<RecordedEvent>>> = {},
) => {
  const given: Reaction[] = []
  const give: Give = async (reaction) => {
    given.push(reaction)
    const refusal = answers(reaction)
    return refusal === undefined ? E.right(undefined) : E.left(refusal)
  }
  const streams: Readonly<Record<string, ReadonlyArray<RecordedEvent>>> = {
    'plan-p1': [recorded('plan-p1', 'PlanComputed', codecOf(planEvents).encode(computed()).data, 1)],
    'commitment-p1-0001': [
      recorded('commitment-p1-0001', 'CommitmentProposed', commitmentEvents.CommitmentProposed.parse(proposed)),
    ],
    ...more,
  }
  const deps: KeeperDeps = {
    give,
    store: {
      readStream: async function* (stream) {
        yield* streams[stream] ?? []
      },
    },
    lookupsFor: async () => ({
      termsOf: ({ offer, requirement, quantity }) => ({ pledge: offer, requirement, quantity, currency: null }),
      categoryOf: () => 'infantry',
    }),
    approvedBefore: async () => inForce,
  }
  return { react: keeper(deps), given, types: () => given.map(({ type }) => type) }
}
const approval = recorded('plan-p1', 'PlanApproved', { plan: 'p1' }, 2)
const acceptance = recorded('commitment-p1-0001', 'CommitmentAccepted', { commitment: 'p1-0001' }, 1)

describe('the keeper of plans, commitments and capacity', () => {
  test('turns each assignment of an approved plan into a proposal to its contributor', async () => {
    const { react, given } = world()
    expect(await react({ type: 'PlanApproved', plan: 'p1' }, approval)).toEqual(E.right(undefined))
    expect(given).toEqual([{ key: 'ProposeCommitment:p1-0001', type: 'ProposeCommitment', data: { ...proposed } }])
  })
  test('puts what a rule refuses on the plan as a reason, never drops it', async () => {
    const { react, given } = world(({ type }) =>
      type === 'ProposeCommitment' ? rejected('unknown-pledge', 'There is no such pledge.') : undefined,
    )
    await react({ type: 'PlanApproved', plan: 'p1' }, approval)
    expect(given[1]).toMatchObject({
      type: 'RefuseAssignment',
      data: {
        plan: 'p1',
        code: 'unknown-pledge',
        message: 'There is no such pledge.',
        assignment: { offer: 'P-1', requirement: 'R1' },
      },
    })
  })
  test('lets the new plan supersede the one in force before', async () => {
    const { react, given } = world(undefined, ['p0'])
    await react({ type: 'PlanApproved', plan: 'p1' }, approval)
    expect(given.at(-1)).toMatchObject({ type: 'SupersedePlan', data: { plan: 'p0', by: 'p1' } })
  })
  test('reserves capacity when a proposal is accepted', async () => {
    const { react, types } = world()
    await react({ type: 'CommitmentAccepted', commitment: 'p1-0001' }, acceptance)
    expect(types()).toEqual(['ReserveCapacity'])
  })
  test('lets nothing become firm that the host refuses on any of its days, be it the contributor or another party', async () => {
    const refused = (contributor: string, from: string) => ({
      'mission-MINUSCA': [
        recorded('mission-MINUSCA', 'HostConsentRefused', { mission: 'MINUSCA', contributor, from, reason: 'sample' }),
      ],
      'pledge-P-1': [
        recorded('pledge-P-1', 'PledgeSubmitted', {
          pledge: 'P-1',
          contributor: 'NPL',
          ownReference: '1',
          capability: 'INF-BN',
          quantity: 2,
          from: '2027-01-01',
          to: '2028-01-01',
          parties: [
            { contributor: 'NPL', part: 1 },
            { contributor: 'TCD', part: 1 },
          ],
        }),
      ],
    })
    const accept = async (contributor: string, from: string) => {
      const { react, given } = world(undefined, [], refused(contributor, from))
      await react({ type: 'CommitmentAccepted', commitment: 'p1-0001' }, acceptance)
      return given
    }
    expect(await accept('NPL', '2026-01-01')).toMatchObject([
      {
        type: 'CancelCommitment',
        data: { reason: 'The host of MINUSCA does not consent to NPL on 2027-01-01.' },
      },
      { type: 'RefuseAssignment', data: { plan: 'p1', code: 'host-refuses' } },
    ])
    expect((await accept('TCD', '2027-12-31')).map(({ type }) => type)).toEqual(['CancelCommitment', 'RefuseAssignment'])
    expect((await accept('NPL', '2028-01-01')).map(({ type }) => type)).toEqual(['ReserveCapacity'])
    expect((await accept('RWA', '2026-01-01')).map(({ type }) => type)).toEqual(['ReserveCapacity'])
  })
  test('cancels a commitment whose capacity cannot be had, and tells the plan why', async () => {
    const { react, given } = world(({ type }) =>
      type === 'ReserveCapacity' ? rejected('not-enough', 'Only 1 is free on 2027-03-01.') : undefined,
    )
    await react({ type: 'CommitmentAccepted', commitment: 'p1-0001' }, acceptance)
    expect(given.slice(1)).toMatchObject([
      { type: 'CancelCommitment', data: { commitment: 'p1-0001', reason: 'Only 1 is free on 2027-03-01.' } },
      { type: 'RefuseAssignment', data: { plan: 'p1', code: 'not-enough', assignment: computed().solution.assignments[0] } },
    ])
  })
  test('gives back what was held and tells the plan when a nation declines', async () => {
    const { react, given } = world()
    await react(
      { type: 'CommitmentDeclined', commitment: 'p1-0001', reason: 'needed at home' },
      recorded('commitment-p1-0001', 'CommitmentDeclined', {}, 1),
    )
    expect(given).toMatchObject([
      { type: 'ReleaseCapacity' },
      { type: 'RefuseAssignment', data: { code: 'declined', message: 'needed at home' } },
    ])
  })
  test('tries the event again when the log is out of reach', async () => {
    const { react } = world(() => ({ _tag: 'Unavailable', message: 'The log did not answer.' }))
    expect(await react({ type: 'CommitmentAccepted', commitment: 'p1-0001' }, acceptance)).toEqual(
      E.left({ _tag: 'NotYet', reason: 'The log did not answer.' }),
    )
  })
})
