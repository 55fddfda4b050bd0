/**
 * The reference: a bare Fastify route that validates the same command with zod, appends a row to raw SQLite with group commit (WAL,
 * FULL) and answers 201; beside it the same route without the append.
 */
import Database from 'better-sqlite3'
import fastify from 'fastify'
import { CommandMessage } from '@muster/contracts/commands'
import { pledgeCommands } from '@muster/contracts/pledging'

const [path = '', port = '0'] = process.argv.slice(2)
const database = new Database(path)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('create table event (position integer primary key, stream text, data text)')
const insert = database.prepare('insert into event (stream, data) values (?, ?)')

let waiting: Array<{ readonly stream: string; readonly data: string; readonly done: (position: number) => void }> = []
let scheduled = false
const commit = database.transaction((rows: typeof waiting) =>
  rows.map(({ stream, data }) => Number(insert.run(stream, data).lastInsertRowid)),
)
const append = (stream: string, data: string): Promise<number> =>
  new Promise((done) => {
    waiting.push({ stream, data, done })
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const rows = waiting
      waiting = []
      const positions = commit(rows)
      for (const [index, row] of rows.entries()) row.done(positions[index] ?? 0)
    })
  })

const app = fastify({ logger: false })
const validated = (body: unknown) => pledgeCommands.SubmitPledge.parse(CommandMessage.parse(body).data)
app.post('/append', async (request, reply) => {
  const pledge = validated(request.body)
  const position = await append(`pledge-${pledge.ownReference}`, JSON.stringify(pledge))
  return reply.code(201).send({ position })
})
app.post('/validate', async (request, reply) => {
  validated(request.body)
  return reply.code(201).send({ position: 0 })
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.send?.('ready')
process.on('SIGTERM', () => process.exit(0))
