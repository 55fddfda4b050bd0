/** A bounded load on a loopback server over kept-alive connections; latencies in milliseconds. */
import { Agent, request } from 'node:http'

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly calls: number
  readonly call: (index: number) => Call
}

export interface Load {
  readonly perSecond: number
  readonly latencies: ReadonlyArray<number>
}

/** So many connections, each sending its next call when the last one is answered. Throws on an answer that is no success. */
export const drive = async ({ port, connections, calls, call }: LoadOptions): Promise<Load> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let next = 0
  const connection = async (): Promise<void> => {
    while (next < calls) {
      const index = next
      next += 1
      latencies.push(await send(agent, port, call(index)))
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, connection))
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  return { perSecond: calls / seconds, latencies }
}

/** Sends calls at a steady pace whatever becomes of the answers; resolves when all are answered. */
export const pace = async ({
  port,
  connections,
  calls,
  call,
  perSecond,
}: LoadOptions & { readonly perSecond: number }): Promise<Load> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const started = performance.now()
  const answers: Array<Promise<number>> = []
  while (answers.length < calls) {
    const due = Math.min(calls, Math.floor(((performance.now() - started) / 1000) * perSecond))
    while (answers.length < due) answers.push(send(agent, port, call(answers.length)))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const latencies = await Promise.all(answers)
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  return { perSecond: calls / seconds, latencies }
}

export const percentile = (values: ReadonlyArray<number>, percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

const send = (agent: Agent, port: number, { method, path, headers, body }: Call): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const outgoing = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          if (text.length < 500) text += chunk
        })
        incoming.on('end', () => {
          if ((incoming.statusCode ?? 500) >= 300) reject(new Error(`${method} ${path} → ${incoming.statusCode}: ${text}`))
          else resolve(performance.now() - started)
        })
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
