/** Walks every way out with every role: what a principal may not see appears nowhere and answers like what does not exist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { TokenRole } from '@muster/http/tokens'
import { commandRoutes } from '@muster/intake/route-table'
import {
  CANARY,
  COMMITMENT,
  COMPARISON,
  CONFIDENTIAL,
  FLAGS,
  hide,
  leaksIn,
  PLAN,
  PLEDGE,
  RELEASED_TO_AU,
  STRICTLY,
} from './canary.ts'
import { openHouse, type House } from './house.ts'
import { build } from './world.ts'

let house: House
/** The head before the last event: the past is walked as well. */
let earlier = 0
beforeAll(async () => {
  house = await openHouse({ asSent: true })
  await build(house)
  await hide(house)
  await house.settle()
  earlier = (await house.store.head()) - 1
})
afterAll(() => house.close())

interface Reader {
  readonly name: string
  readonly role: TokenRole
  readonly contributor?: string
}
/** RWA belongs to AU, AU is an organisation itself, NPL belongs to nothing. */
const strangers: ReadonlyArray<Reader> = [
  { name: 'Nepal', role: 'nation', contributor: 'NPL' },
  { name: 'Rwanda', role: 'nation', contributor: 'RWA' },
  { name: 'the African Union', role: 'nation', contributor: 'AU' },
  { name: 'a reporting service', role: 'reporting' },
]
const insiders: ReadonlyArray<Reader> = [
  { name: 'an officer', role: 'officer' },
  { name: 'an auditor', role: 'auditor' },
  { name: 'India itself', role: 'nation', contributor: 'IND' },
]
const headersOf = ({ role, contributor }: Reader) => house.as(role, contributor)

const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.looseObject({}))) })
/** Every route that can be read, from the document of the routes themselves, so that none can be forgotten. */
const readRoutes = (): ReadonlyArray<string> => {
  const { paths } = Document.parse(house.app.swagger())
  return Object.entries(paths).flatMap(([path, methods]) => (Object.hasOwn(methods, 'get') ? [path] : []))
}
const STREAMS = ['/v1/changes']

/** Addresses of a route: with the ids of everything hidden, of what can be seen, and of what does not exist. */
const addressesOf = (route: string): ReadonlyArray<string> => {
  const ids = [
    CONFIDENTIAL,
    STRICTLY,
    RELEASED_TO_AU,
    COMMITMENT,
    PLAN,
    'PL-undecided',
    ...FLAGS,
    COMPARISON,
    'P-nepal',
    'IND',
    'NPL',
    'UNMISS',
    'nothing-7',
  ]
  const filled = route.includes('{id}') ? ids.map((id) => route.replace('{id}', id)) : [route]
  return filled.flatMap((address) => queriesOf(route).map((query) => (query === '' ? address : `${address}?${query}`)))
}
const queriesOf = (route: string): ReadonlyArray<string> => {
  if (route.endsWith('/composition')) return ['month=2026-12', 'month=2026-12&mission=UNMISS', 'month=2027-01']
  if (route.endsWith('/coverage')) return ['', 'mission=UNMISS', 'capability=INF-BN&from=2027-01&to=2027-12']
  if (route.endsWith('/burden'))
    return [
      'dimension=personnel&month=2027-01',
      'dimension=composite&month=2027-01',
      'dimension=personnel&month=2026-12',
      'dimension=equipment&month=2027-01',
      '',
    ]
  if (route.endsWith('/explain'))
    return ['', 'requirement=R-1', 'contributor=IND', 'contributor=NPL', `pledge=${PLEDGE}`, 'pledge=P-nepal']
  if (route.endsWith('/pledges'))
    return ['', 'contributor=IND', 'capability=INF-BN', 'mission=UNMISS', `search=${CANARY}`, 'status=accepted', 'limit=1']
  if (route.endsWith('/commitments')) return ['', 'contributor=IND', `pledge=${PLEDGE}`, 'mission=UNMISS']
  return ['']
}
const moments = (address: string): ReadonlyArray<string> => {
  const sign = address.includes('?') ? '&' : '?'
  return [address, `${address}${sign}asOf=${earlier}`, `${address}${sign}format=csv`]
}

describe('every route and every role', () => {
  it('are walked', () => {
    const routes = readRoutes()
    for (const path of [
      '/v1/pledges',
      '/v1/pledges/{id}',
      '/v1/pledges/{id}/history',
      '/v1/contributors/{id}/statement',
      '/v1/events',
      '/v1/exports/pledges',
      '/v1/plans/{id}/explain',
      '/v1/changes',
    ]) {
      expect(routes).toContain(path)
    }
  })

  for (const reader of strangers) {
    it(`show ${reader.name} nothing of what is hidden from it`, async () => {
      const headers = await headersOf(reader)
      const leaks: string[] = []
      let answered = 0
      for (const route of readRoutes()) {
        if (STREAMS.includes(route)) continue
        for (const address of addressesOf(route).flatMap(moments)) {
          const reply = await house.app.inject({ url: address, headers })
          if (reply.statusCode === 200) answered += 1
          expect([address, reply.statusCode < 500]).toEqual([address, true])
          // What the reader itself asked for may come back in a link.
          const text = `${reply.body}\n${JSON.stringify({ ...reply.headers, link: undefined })}`
          for (const leak of leaksIn(text)) leaks.push(`${address}: ${leak}`)
        }
      }
      expect(leaks).toEqual([])
      expect(answered).toBeGreaterThan(40)
    })
  }

  for (const reader of insiders) {
    it(`show ${reader.name} what it may see`, async () => {
      const headers = await headersOf(reader)
      for (const address of [
        `/v1/pledges/${PLEDGE}`,
        '/v1/pledges',
        '/v1/events?limit=1000',
        `/v1/pledges/${PLEDGE}/history`,
        '/v1/contributors/IND/statement',
        '/v1/exports/pledges',
        `/v1/commitments/${COMMITMENT}`,
        `/v1/flags/${FLAGS[0]}`,
      ]) {
        const reply = await house.app.inject({ url: address, headers })
        expect([address, reply.statusCode, leaksIn(reply.body).length > 0]).toEqual([address, 200, true])
      }
    })
  }
})

const withoutTrace = (body: string): unknown => {
  const { traceId: _traceId, ...rest } = z.looseObject({ traceId: z.string() }).parse(JSON.parse(body))
  return rest
}
/** Status, body and header names of a request for something hidden, and of the same for something that is not there. */
const bothAnswers = async (
  reader: Reader,
  hidden: string,
  missing: string,
  more: object = {},
): Promise<ReadonlyArray<unknown>> => {
  const headers = {
    ...(await headersOf(reader)),
    'idempotency-key': `k-${hidden}-${Math.trunc(performance.now() * 1e3)}`,
    'if-match': '"r0"',
  }
  const [a, b] = [
    await house.app.inject({ url: hidden, headers, ...more }),
    await house.app.inject({
      url: missing,
      headers: { ...headers, 'idempotency-key': `${headers['idempotency-key']}-b` },
      ...more,
    }),
  ]
  const shape = (answer: typeof a): unknown => ({
    status: answer.statusCode,
    body: withoutTrace(answer.body),
    headers: Object.keys(answer.headers).toSorted(),
  })
  return [shape(a), shape(b)]
}

describe('what is hidden answers as what does not exist', () => {
  it('when it is read', async () => {
    for (const reader of strangers) {
      for (const route of readRoutes()) {
        if (!route.includes('{id}')) continue
        const kinds: Readonly<Record<string, ReadonlyArray<string>>> = {
          pledges: [CONFIDENTIAL, STRICTLY],
          commitments: [COMMITMENT],
          plans: ['PL-undecided'],
          flags: [...FLAGS],
        }
        const [, , kind = ''] = route.split('/')
        for (const id of kinds[kind] ?? []) {
          const [hidden, missing] = await bothAnswers(reader, route.replace('{id}', id), route.replace('{id}', 'nothing-7'))
          expect([route, hidden]).toMatchObject([route, { status: 404 }])
          expect(hidden).toEqual(missing)
        }
      }
    }
  })

  it('when another nation gives a command on it', async () => {
    const bodies: Readonly<Record<string, object>> = {
      AmendPledge: { quantity: 3 },
      WithdrawPledge: { reason: 'mine now' },
      RenewPledge: { validUntil: '2028-01-01' },
      DeclareCaveat: { caveat: { kind: 'max-stay', days: 30 } },
      LiftCaveat: { caveat: { kind: 'max-stay', days: 30 } },
      AcceptProposal: {},
      DeclineProposal: { reason: 'not mine' },
      ClaimReimbursement: { claim: 'K-1', amount: { amount: '100', currency: 'USD' }, period: '2027-01' },
    }
    const nations = strangers.filter(({ role }) => role === 'nation')
    for (const reader of nations) {
      for (const { method, url, type } of commandRoutes) {
        const body = bodies[type]
        if (body === undefined) continue
        const hidden = url.includes('/pledges/') ? CONFIDENTIAL : COMMITMENT
        const [known, missing] = await bothAnswers(reader, url.replace(':id', hidden), url.replace(':id', 'nothing-7'), {
          method,
          payload: body,
        })
        expect([type, known]).toMatchObject([type, { status: 404 }])
        expect(known).toEqual(missing)
      }
    }
  })
})

const sees = async (reader: Reader, id: string, query = ''): Promise<boolean> =>
  (await house.app.inject({ url: `/v1/pledges/${id}${query}`, headers: await headersOf(reader) })).statusCode === 200
/** Nepal, Rwanda, the African Union, a reporting service. */
const whoSees = async (id: string) => Promise.all(strangers.map((reader) => sees(reader, id)))

describe('a finding that compares a contributor with the others', () => {
  it('is known to the contributor, without the figures of the others', async () => {
    const headers = await house.as('nation', 'NPL')
    const flag = await house.app.inject({ url: `/v1/flags/${COMPARISON}`, headers })
    expect(flag.json()).toMatchObject({ kind: 'over-burdened', status: 'acknowledged', evidence: {}, note: null })
    const feed = await house.app.inject({ url: '/v1/events?limit=1000', headers })
    expect(feed.body).toContain(COMPARISON)
  })
})

describe('releasing and classifying', () => {
  it('shows a record released to an organisation to that organisation and its members', async () => {
    expect(await whoSees(RELEASED_TO_AU)).toEqual([false, true, true, false])
    expect(await whoSees(CONFIDENTIAL)).toEqual([false, false, false, false])
    expect(await whoSees(STRICTLY)).toEqual([false, false, false, false])
    expect(await whoSees('P-nepal')).toEqual([true, true, true, true])
  })

  it('does not open the past of a record that was classified since', async () => {
    const { position } = await house.given('SubmitPledge', {
      pledge: 'P-once-open',
      contributor: 'IND',
      ownReference: 'IND/once-open',
      capability: 'INF-BN',
      quantity: 1,
      from: '2027-03-01',
      to: '2028-03-01',
      classification: 'unclassified',
    })
    await house.given('AmendPledge', { pledge: 'P-once-open', classification: 'confidential' })
    await house.settle()
    for (const reader of strangers) {
      expect(await sees(reader, 'P-once-open', `?asOf=${position}`)).toBe(false)
      const past = await house.app.inject({ url: `/v1/pledges?asOf=${position}`, headers: await headersOf(reader) })
      expect(past.body).not.toContain('P-once-open')
    }
    expect(await sees({ name: 'an officer', role: 'officer' }, 'P-once-open', `?asOf=${position}`)).toBe(true)
  })
})

describe('the live stream of changes', () => {
  it('shows strangers the sentinel and nothing hidden before it', async () => {
    const address = await house.app.listen({ port: 0, host: '127.0.0.1' })
    for (const reader of strangers) {
      const stop = new AbortController()
      const reply = await fetch(`${address}/v1/changes`, {
        headers: { ...(await headersOf(reader)), 'last-event-id': '0' },
        signal: stop.signal,
      })
      expect(reply.headers.get('content-type')).toContain('text/event-stream')
      let text = ''
      const decoder = new TextDecoder()
      for await (const chunk of reply.body ?? []) {
        text += decoder.decode(chunk, { stream: true })
        if (text.includes('P-sentinel')) break
      }
      stop.abort()
      expect(leaksIn(text)).toEqual([])
      expect(text).toContain('event: PledgeSubmitted')
      expect(text).toMatch(/^id: \d+$/m)
    }
  })
})
