import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openHouse, type House } from './house.ts'
import { battalion, build } from './world.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
  await build(house)
  await house.settle()
})
afterAll(() => house.close())

const get = async (url: string, headers?: Record<string, string>) =>
  house.app.inject({ url, headers: headers ?? (await house.as('officer')) })

describe('a pledge over HTTP', () => {
  it('is submitted, read, amended under its ETag, withdrawn, and told as a history', async () => {
    const nepal = await house.as('nation', 'NPL')
    const submitted = await house.app.inject({
      method: 'POST',
      url: '/v1/pledges',
      headers: { ...nepal, 'idempotency-key': 'submit-1' },
      payload: battalion('NPL'),
    })
    expect(submitted.statusCode).toBe(201)
    const { id, position, revision, stream } = z
      .looseObject({ id: z.string(), position: z.number(), revision: z.number(), stream: z.string() })
      .parse(submitted.json())
    expect(submitted.headers).toMatchObject({ location: `/v1/pledges/${id}`, etag: `"r${revision}"` })
    expect(stream).toBe(`pledge-${id}`)

    const read = await get(`/v1/pledges/${id}?minPosition=${position}`, nepal)
    expect(read.statusCode).toBe(200)
    expect(read.json()).toMatchObject({ ...battalion('NPL'), id, stream, status: 'submitted', revision })
    expect(read.headers['etag']).toBe(`"r${revision}"`)

    const amend = (etag: string, key: string) =>
      house.app.inject({
        method: 'PATCH',
        url: `/v1/pledges/${id}`,
        headers: { ...nepal, 'idempotency-key': key, 'if-match': etag },
        payload: { quantity: 3 },
      })
    expect((await amend(`"r${revision}"`, 'amend-1')).json()).toMatchObject({ outcome: 'accepted', revision: revision + 1, id })
    const stale = await amend(`"r${revision}"`, 'amend-2')
    expect(stale.json()).toMatchObject({ status: 412, details: { currentRevision: revision + 1 } })
    expect(stale.headers['etag']).toBe(`"r${revision + 1}"`)

    const withdrawn = await house.app.inject({
      method: 'POST',
      url: `/v1/pledges/${id}/withdraw`,
      headers: { ...nepal, 'idempotency-key': 'withdraw-1', 'if-match': `"r${revision + 1}"` },
      payload: { reason: 'not available after all' },
    })
    expect(withdrawn.statusCode).toBe(200)
    await house.settle()
    const history = await get(`/v1/pledges/${id}/history`, nepal)
    const entries = z
      .looseObject({ items: z.array(z.looseObject({ type: z.string(), text: z.string() })) })
      .parse(history.json()).items
    expect(entries.map(({ type }) => type)).toEqual(['PledgeSubmitted', 'PledgeAmended', 'PledgeWithdrawn'])

    expect((await get(`/v1/pledges/${id}?asOf=${position}`)).json()).toMatchObject({
      quantity: 2,
      status: 'submitted',
      asOf: { position },
    })
    expect((await get(`/v1/pledges/${id}?asOf=${position - 1}`)).statusCode).toBe(404)
    expect((await get(`/v1/pledges/${id}?asOf=2000-01-01`)).statusCode).toBe(404)

    const late = await house.app.inject({
      method: 'POST',
      url: '/v1/commands',
      headers: { ...nepal, 'idempotency-key': 'late' },
      payload: { type: 'RenewPledge', data: { pledge: id, validUntil: '2028-01-01' } },
    })
    expect(late.statusCode).toBe(422)
  })

  it('gives the first answer again for the same key, and refuses the key for another payload', async () => {
    const rwanda = await house.as('nation', 'RWA')
    const submit = (payload: object) =>
      house.app.inject({
        method: 'POST',
        url: '/v1/commands',
        headers: { ...rwanda, 'idempotency-key': 'twice' },
        payload: { type: 'SubmitPledge', data: payload },
      })
    const first = await submit(battalion('RWA'))
    expect(first.json()).toMatchObject({ outcome: 'accepted' })
    expect((await submit(battalion('RWA'))).json()).toEqual(first.json())
    expect((await submit(battalion('RWA', { quantity: 5 }))).json()).toMatchObject({ status: 422, code: 'key-reused' })
    const headers = { ...rwanda, 'idempotency-key': 'refused-twice' }
    const payload = { type: 'SubmitPledge', data: battalion('RWA', { ownReference: 'RWA/odd', quantity: 3, unitSize: 2 }) }
    const refuse = async () => (await house.app.inject({ method: 'POST', url: '/v1/commands', headers, payload })).body
    const refused = await refuse()
    expect(JSON.parse(refused)).toMatchObject({ status: 422, code: 'not-whole-units' })
    expect(await refuse()).toBe(refused)
  })

  it('can be tried first: a dry run answers without writing', async () => {
    const headers = { ...(await house.as('nation', 'RWA')), 'idempotency-key': 'dry' }
    const command = { type: 'SubmitPledge', data: battalion('RWA', { ownReference: 'RWA/dry' }) }
    const before = await house.store.head()
    const one = await house.app.inject({ method: 'POST', url: '/v1/commands?dryRun=true', headers, payload: command })
    expect(one.json()).toMatchObject({ outcome: 'accepted', dryRun: true, eventIds: [], position: before })
    const lines = await house.app.inject({
      method: 'POST',
      url: '/v1/commands/batch?dryRun=true',
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
      payload: [
        { id: 'a', ...command },
        { id: 'b', type: 'EndMandate', data: {} },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    })
    expect(
      lines.body
        .trim()
        .split('\n')
        .map((line) => z.unknown().parse(JSON.parse(line))),
    ).toMatchObject([
      { id: 'a', outcome: 'accepted', dryRun: true },
      { id: 'b', outcome: 'refused', code: 'not-allowed' },
    ])
    expect(await house.store.head()).toBe(before)
    const wrong = await house.app.inject({ method: 'POST', url: '/v1/commands?dryRun=maybe', headers, payload: command })
    expect(wrong.json()).toMatchObject({ status: 400, code: 'invalid-parameter' })
  })

  it('cannot be submitted for somebody else', async () => {
    const reply = await house.app.inject({
      method: 'POST',
      url: '/v1/pledges',
      headers: { ...(await house.as('nation', 'RWA')), 'idempotency-key': 'for-ghana' },
      payload: battalion('GHA'),
    })
    expect(reply.json()).toMatchObject({ status: 403, code: 'not-allowed' })
  })
})

describe('reading', () => {
  it('pages through a list by its links, all as of one position', async () => {
    for (let number = 1; number <= 7; number += 1)
      await house.given('SubmitPledge', battalion('IND', { ownReference: `IND/${number}` }))
    await house.settle()
    const seen: string[] = []
    let url: string | undefined = '/v1/pledges?contributor=IND&limit=3'
    const positions = new Set<number>()
    while (url !== undefined) {
      const page = await get(url)
      const body = z
        .looseObject({ items: z.array(z.looseObject({ id: z.string() })), asOf: z.looseObject({ position: z.number() }) })
        .parse(page.json())
      seen.push(...body.items.map(({ id }) => id))
      positions.add(body.asOf.position)
      // Rows that come meanwhile belong to later positions.
      await house.given('SubmitPledge', battalion('IND', { ownReference: `IND/late-${seen.length}` }))
      await house.settle()
      url = /^<([^>]+)>; rel="next"$/.exec(String(page.headers['link'] ?? ''))?.[1]
    }
    expect(new Set(seen).size).toBe(7)
    expect(seen).toHaveLength(7)
    expect(positions.size).toBe(1)
  })

  it('refuses a cursor of another list, and parameters that make no sense', async () => {
    const link = String((await get('/v1/pledges?contributor=IND&limit=1')).headers['link'])
    const cursor = /cursor=([^&>]+)/.exec(link)?.[1] ?? ''
    expect((await get(`/v1/pledges?contributor=RWA&limit=1&cursor=${cursor}`)).json()).toMatchObject({
      status: 400,
      code: 'invalid-cursor',
    })
    expect((await get(`/v1/missions?limit=1&cursor=${cursor}`)).json()).toMatchObject({ status: 400, code: 'invalid-cursor' })
    for (const wrong of [
      'limit=0',
      'limit=x',
      'limit=1001',
      'asOf=yesterday',
      'minPosition=-1',
      'status=lost',
      'colour=red',
      'effectiveAt=2027-13-01',
    ]) {
      const reply = await get(`/v1/pledges?${wrong}`)
      expect([wrong, reply.json()]).toMatchObject([
        wrong,
        { status: 400, code: 'invalid-parameter', violations: [{ pointer: `/${wrong.split('=')[0]}` }] },
      ])
    }
  })

  it('says when a position cannot be seen yet', async () => {
    const reply = await get('/v1/pledges?minPosition=999999')
    expect(reply.json()).toMatchObject({ status: 503, code: 'position-not-reached', retryable: true })
    expect(reply.headers['retry-after']).toBe('1')
  })

  it('answers composition, coverage, burden, missions and statements', async () => {
    const composition = (await get('/v1/composition?mission=UNMISS&month=2026-12')).json()
    expect(composition).toMatchObject({
      mission: 'UNMISS',
      month: '2026-12',
      total: 5_745,
      contributors: 3,
      shares: [
        { contributor: 'IND', quantity: 2_215, percent: 38.56 },
        { contributor: 'RWA', quantity: 1_815, percent: 31.59 },
        { contributor: 'NPL', quantity: 1_715, percent: 29.85 },
      ],
      top5Percent: 100,
    })
    expect((await get('/v1/composition?month=1900-01')).statusCode).toBe(404)
    expect((await get('/v1/coverage?mission=UNMISS&capability=INF-BN&from=2027-04&to=2027-04')).json()).toMatchObject({
      items: [{ mission: 'UNMISS', capability: 'INF-BN', month: '2027-04', required: 6, committed: 0, gap: 6 }],
    })
    expect((await get('/v1/coverage?mission=UNMISS&capability=INF-BN&from=2027-04-01&to=2027-05-01')).json()).toMatchObject({
      items: [{ month: '2027-04' }],
    })
    const whole = (await get('/v1/coverage')).json()
    expect((await get('/v1/coverage?mission=&capability=&from=&to=')).json()).toEqual(whole)
    expect((await get('/v1/burden?dimension=personnel&month=2026-12')).json()).toMatchObject({
      dimension: 'personnel',
      month: '2026-12',
      suppressed: false,
    })
    expect((await get('/v1/missions')).json()).toMatchObject({ items: [{ id: 'UNMISS', ceiling: { military: 12_500 } }] })
    expect((await get('/v1/contributors/NPL/statement')).json()).toMatchObject({ contributor: { id: 'NPL' } })
    expect((await get('/v1/contributors/ZZZ/statement')).statusCode).toBe(404)
  })
})

describe('read models that are behind', () => {
  it('make nothing that was written a moment ago look as if it were not there', async () => {
    const slow = await openHouse({ behindMs: 100 })
    await build(slow)
    await slow.given('SubmitPledge', battalion('GHA', { pledge: 'GHA-now' }))
    const headers = await slow.as('nation', 'GHA')
    const status = async (url: string) => (await slow.app.inject({ url, headers })).statusCode
    expect(await Promise.all(['GHA-now', 'GHA-now/history', 'GHA-never'].map((id) => status(`/v1/pledges/${id}`)))).toEqual([
      200, 200, 404,
    ])
    await slow.close()
  })
})
