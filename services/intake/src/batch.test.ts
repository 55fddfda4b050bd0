import { Readable } from 'node:stream'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { BatchAnswer } from '@muster/contracts/answers'
import type { CommandHandler } from '@muster/command-handler/handler'
import { testServer } from '@muster/http/testing'
import { answerBatch, MAX_LINES } from './batch.ts'
import { intakePlugin } from './routes.ts'

const line = (id: string, type = 'AcknowledgePledge'): string => JSON.stringify({ id, type, data: { pledge: id } })

/** Accepts everything but `NotSo`; notes the keys it got and how large the groups were. */
const handler = () => {
  const groups: number[] = []
  const keys: string[] = []
  const handle: CommandHandler['handle'] = async (batch) => {
    groups.push(batch.length)
    keys.push(...batch.map(({ key }) => key))
    return batch.map(({ key, message }, index) =>
      message.type === 'NotSo'
        ? E.left({ _tag: 'Rejected' as const, code: 'not-so', message: 'No.' })
        : E.right({ outcome: 'accepted' as const, position: index, stream: `pledge-${key}`, revision: 0, eventIds: [] }),
    )
  }
  return { handle, groups, keys }
}

const answersTo = async (upload: Readable, to = handler()): Promise<ReadonlyArray<BatchAnswer>> => {
  const texts: string[] = []
  for await (const text of answerBatch(to, upload, { actor: { role: 'officer' }, correlationId: 'c' })) texts.push(text)
  return texts
    .join('')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => BatchAnswer.parse(JSON.parse(text)))
}

describe('a batch', () => {
  it('answers line per line in order, each line on its own', async () => {
    const upload = [line('a'), '', '{broken', line('b', 'NotSo'), '{"id":"c","type":"X"}', '[]', line('d')].join('\n')
    expect(await answersTo(Readable.from([upload]))).toMatchObject([
      { id: 'a', outcome: 'accepted', stream: 'pledge-a' },
      { id: '', outcome: 'refused', code: 'malformed-json', detail: 'Line 3 is not one JSON document.' },
      { id: 'b', outcome: 'refused', code: 'not-so' },
      { id: 'c', outcome: 'refused', code: 'invalid-command', violations: [{ pointer: '/data', message: 'is missing' }] },
      { id: '', outcome: 'refused', code: 'invalid-command' },
      { id: 'd', outcome: 'accepted' },
    ])
  })

  it('does not care where the network cuts the upload', async () => {
    const bytes = Buffer.from([line('é-1'), line('漢-2'), line('c-3')].join('\r\n'))
    for (const size of [1, 2, 3, 7, 50]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
      expect((await answersTo(Readable.from(pieces))).map(({ id }) => id)).toEqual(['é-1', '漢-2', 'c-3'])
    }
  })

  it('is handed over in groups, whatever its length', async () => {
    const to = handler()
    const answers = await answersTo(Readable.from(Array.from({ length: 1_234 }, (_, at) => `${line(`p-${at}`)}\n`)), to)
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 1_234 }, (_, at) => `p-${at}`))
    expect(to.groups).toEqual([500, 500, 234])
  })

  it('refuses what comes after the last line it takes, and says so', async () => {
    const to = handler()
    const answers = await answersTo(Readable.from(Array.from({ length: MAX_LINES + 50 }, (_, at) => `${line(`p-${at}`)}\n`)), to)
    expect(answers).toHaveLength(MAX_LINES + 1)
    expect(answers.at(-1)).toMatchObject({ id: `p-${MAX_LINES}`, outcome: 'refused', code: 'too-many-lines' })
    expect(to.keys).toHaveLength(MAX_LINES)
  })

  it('drops a line that would fill the memory and goes on with the next', async () => {
    const long = Readable.from([line('a'), '\n', ...Array.from({ length: 30 }, () => 'x'.repeat(100_000)), '\n', line('b')])
    expect(await answersTo(long)).toMatchObject([
      { id: 'a', outcome: 'accepted' },
      { id: '', outcome: 'refused', code: 'body-too-large' },
      { id: 'b', outcome: 'accepted' },
    ])
  })

  it('lets a key that comes again wait for its first answer', async () => {
    const running = new Set<string>()
    const handle: CommandHandler['handle'] = async (batch) => {
      const clash = batch.some(({ key }) => running.has(key))
      for (const { key } of batch) running.add(key)
      await new Promise((resolve) => setImmediate(resolve))
      for (const { key } of batch) running.delete(key)
      return batch.map(() =>
        clash
          ? E.left({ _tag: 'InFlight' as const })
          : E.right({ outcome: 'unchanged' as const, position: 1, stream: 's', revision: 0, eventIds: [] }),
      )
    }
    const upload = Readable.from(Array.from({ length: 1_500 }, (_, at) => `${line(`p-${at % 600}`)}\n`))
    expect(new Set((await answersTo(upload, { ...handler(), handle })).map(({ outcome }) => outcome))).toEqual(
      new Set(['unchanged']),
    )
  })
})

describe('the batch route', () => {
  it('answers a client that reads nothing before it has sent everything', async () => {
    const { app, as } = await testServer()
    await app.register(intakePlugin({ handler: handler(), newId: () => 'id' }))
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const reply = await fetch(`${address}/v1/commands/batch`, {
      method: 'POST',
      headers: { ...(await as('officer')), 'content-type': 'application/x-ndjson; charset=utf-8' },
      body: Array.from({ length: MAX_LINES }, (_, at) => line(`p-${at}`)).join('\n'),
    })
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toContain('application/x-ndjson')
    expect((await reply.text()).trim().split('\n')).toHaveLength(MAX_LINES)
    await app.close()
  })

  it('takes nothing but NDJSON, from nobody but those who may command', async () => {
    const { app, as } = await testServer()
    await app.register(intakePlugin({ handler: handler(), newId: () => 'id' }))
    const post = (headers: Record<string, string>) =>
      app.inject({ method: 'POST', url: '/v1/commands/batch', headers, payload: '{}' })
    expect((await post({ ...(await as('officer')), 'content-type': 'application/json' })).statusCode).toBe(415)
    expect((await post({ ...(await as('auditor')), 'content-type': 'application/x-ndjson' })).statusCode).toBe(403)
    expect((await post({ 'content-type': 'application/x-ndjson' })).statusCode).toBe(401)
  })
})
