/** Commands over HTTP against a bare route that does the same by hand, the batch route, and queries while commands come in. */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { freePorts } from '../../../infra/free-ports.ts'
import { rateFigure, type Figure } from '../figure.ts'
import { drive, pace, percentile, type Call } from './load.ts'

const CONNECTIONS = 64
/** So many calls before the time is taken, on either side: how fast code is compiled is not what is compared. */
const WARM_UP = 12_000
const CALLS = 24_000
const BATCH = 10_000
const PACED_SECONDS = 8

const pledge = (run: string, index: number) => ({
  type: 'SubmitPledge',
  data: {
    contributor: 'NPL',
    ownReference: `${run}/${index}`,
    capability: 'INF-BN',
    quantity: 1 + (index % 3),
    from: '2027-01-01',
    to: '2028-01-01',
    noticeDays: 60,
    languages: ['en'],
    classification: 'unclassified',
    persons: 850,
  },
})

const Ready = z.object({ token: z.string() })

const started = async (
  script: string,
  args: ReadonlyArray<string>,
): Promise<{ readonly child: ChildProcess; readonly message: unknown }> => {
  const child = fork(join(import.meta.dirname, script), [...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const message = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)))
  })
  return { child, message }
}

const ended = async (child: ChildProcess): Promise<void> => {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

export const httpFigures = async (): Promise<ReadonlyArray<Figure>> => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'))
  try {
    const [barePort = 0, enginePort = 0, historyPort = 0] = await freePorts(3)
    const bare = await bareRates(join(folder, 'bare.sqlite'), barePort)
    const { commands, batch } = await engineRates(join(folder, 'engine'), enginePort)
    const latency = await queriesUnderLoad(join(folder, 'history'), historyPort)
    return [
      rateFigure(
        'command over HTTP, 64 connections',
        commands,
        'commands/s',
        { name: 'bare Fastify + zod + SQLite group commit', value: bare.append },
        0.8,
      ),
      rateFigure(
        'bare Fastify + zod + SQLite group commit',
        bare.append,
        'commands/s',
        { name: 'the same route without the append', value: bare.validate },
        null,
      ),
      rateFigure(
        'batch route, one request of 10,000 commands',
        batch,
        'commands/s',
        { name: 'command over HTTP, 64 connections', value: commands },
        null,
      ),
      ...latency,
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const bareRates = async (path: string, port: number): Promise<{ readonly append: number; readonly validate: number }> => {
  const { child } = await started('bare-server.ts', [path, String(port)])
  const call =
    (route: string) =>
    (index: number): Call => ({
      method: 'POST',
      path: route,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(pledge('B', index)),
    })
  await drive({ port, connections: CONNECTIONS, calls: WARM_UP, call: call('/append') })
  const append = await drive({ port, connections: CONNECTIONS, calls: CALLS, call: call('/append') })
  const validate = await drive({ port, connections: CONNECTIONS, calls: CALLS, call: call('/validate') })
  await ended(child)
  return { append: append.perSecond, validate: validate.perSecond }
}

const engineRates = async (data: string, port: number): Promise<{ readonly commands: number; readonly batch: number }> => {
  const { child, message } = await started('engine-server.ts', [data, String(port)])
  const authorization = `Bearer ${Ready.parse(message).token}`
  const call = (run: string) => (index: number) => command(authorization, run, index)
  await drive({ port, connections: CONNECTIONS, calls: WARM_UP, call: call('warm') })
  const commands = await drive({ port, connections: CONNECTIONS, calls: CALLS, call: call('load') })
  const lines = Array.from({ length: BATCH }, (_, index) =>
    JSON.stringify({ id: `batch-${index}`, ...pledge('batch', index) }),
  ).join('\n')
  const batch = await drive({
    port,
    connections: 1,
    calls: 1,
    call: () => ({
      method: 'POST',
      path: '/v1/commands/batch',
      headers: { authorization, 'content-type': 'application/x-ndjson' },
      body: lines,
    }),
  })
  await ended(child)
  return { commands: commands.perSecond, batch: batch.perSecond * BATCH }
}

const command = (authorization: string, run: string, index: number): Call => ({
  method: 'POST',
  path: '/v1/commands',
  headers: { authorization, 'content-type': 'application/json', 'idempotency-key': `${run}-${index}` },
  body: JSON.stringify(pledge(run, index)),
})

const QUERIES = [
  '/v1/composition?mission=UNMIL&month=2010-01',
  '/v1/pledges?limit=20',
  '/v1/coverage?mission=MINUSMA&from=2014-01&to=2014-03',
  '/v1/missions/UNAMID',
  '/v1/flags?limit=20',
] as const

const queriesUnderLoad = async (data: string, port: number): Promise<ReadonlyArray<Figure>> => {
  const { child, message } = await started('engine-server.ts', [data, String(port), 'history'])
  const authorization = `Bearer ${Ready.parse(message).token}`
  const query = (index: number): Call => ({
    method: 'GET',
    path: QUERIES[index % QUERIES.length] ?? QUERIES[0],
    headers: { authorization },
  })
  await drive({ port, connections: 4, calls: 200, call: query })
  const idle = await pace({ port, connections: 8, calls: 50 * PACED_SECONDS, perSecond: 50, call: query })
  const [busy, commands] = await Promise.all([
    pace({ port, connections: 8, calls: 50 * PACED_SECONDS, perSecond: 50, call: query }),
    pace({
      port,
      connections: CONNECTIONS,
      calls: 1_000 * PACED_SECONDS,
      perSecond: 1_000,
      call: (index) => command(authorization, 'paced', index),
    }),
  ])
  await ended(child)
  const p99 = percentile(busy.latencies, 99)
  const reference = { name: 'the same queries on an idle engine', value: percentile(idle.latencies, 99) }
  return [
    {
      name: 'query p99 while 1,000 commands/s come in',
      value: p99,
      unit: 'ms',
      reference,
      ratio: reference.value / p99,
      aim: 10,
      met: p99 < 10,
    },
    {
      name: 'command p99 at 1,000 commands/s',
      value: percentile(commands.latencies, 99),
      unit: 'ms',
      reference: null,
      ratio: null,
      aim: null,
      met: null,
    },
  ]
}
