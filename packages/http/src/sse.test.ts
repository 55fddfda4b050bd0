import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { lastEventId, streamEvents, type ServerSentEvent } from './sse.ts'
import { testServer, TEST_NOW } from './testing.ts'

let app: FastifyInstance | undefined
afterEach(() => app?.close())

const serve = async (clock: () => string, events: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>) => {
  const server = await testServer({ clock })
  app = server.app
  app.get('/v1/stream', (request, reply) => streamEvents(request, reply, events, 20))
  app.get('/v1/last', async (request) => ({ last: lastEventId(request) ?? null }))
  return { address: await app.listen({ port: 0, host: '127.0.0.1' }), headers: await server.as('officer') }
}

async function* two(): AsyncGenerator<ServerSentEvent> {
  yield { id: 7, event: { type: 'PledgeSubmitted', data: { text: 'two\nlines' } } }
  yield { id: 9 }
}
async function* silence(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  while (!signal.aborted) await pause(10)
}

describe('server-sent events', () => {
  it('carry the position as id, the type as event, and the data on one line', async () => {
    const { address, headers } = await serve(() => TEST_NOW, two)
    const reply = await fetch(`${address}/v1/stream`, { headers })
    expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await reply.text()).toBe('retry: 2000\n\nid: 7\nevent: PledgeSubmitted\ndata: {"text":"two\\nlines"}\n\nid: 9\n\n')
  })

  it('resume after the position the reader names', async () => {
    const { address, headers } = await serve(() => TEST_NOW, two)
    const last = async (value: string) =>
      (await fetch(`${address}/v1/last`, { headers: { ...headers, 'last-event-id': value } })).json()
    expect(await last('41')).toEqual({ last: 41 })
    expect(await last('forty')).toEqual({ last: null })
  })

  it('show a sign of life while nothing happens, and end with the token', async () => {
    let now = TEST_NOW
    const { address, headers } = await serve(() => now, silence)
    const reply = await fetch(`${address}/v1/stream`, { headers })
    let text = ''
    for await (const chunk of reply.body ?? []) {
      text += new TextDecoder().decode(chunk)
      if (text.includes(': still here')) now = '2027-01-02T00:00:00.000Z'
    }
    expect(text).toContain(': still here\n\n')
  })

  it('end when the server closes', async () => {
    const { address, headers } = await serve(() => TEST_NOW, silence)
    const reply = await fetch(`${address}/v1/stream`, { headers })
    await app?.close()
    expect(await reply.text()).toContain('retry: 2000')
  })
})
