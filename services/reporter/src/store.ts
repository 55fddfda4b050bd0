/**
 * The report's own database. What has been applied and what came of it change in one transaction: a message that comes again finds its
 * sequence there and is dropped, whoever delivers it. Several members of the group may share the file; they take turns at writing.
 */
import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Span } from '@muster/broker/broker'
import { toldBy, type Fact, type Told } from './told.ts'

const Pledged = z.object({
  contributor: z.string(),
  capability: z.string(),
  /** Null: the quantity counts units of the catalogue; else minor units of this currency. */
  currency: z.string().nullable(),
  pledges: z.int(),
  quantity: z.int(),
})
const Present = z.object({ mission: z.string(), month: z.string(), contributors: z.int(), persons: z.int() })
/** `key` is a record, or `topic/partition@offset` of a message that names none. */
const LeftOut = z.object({ key: z.string(), reason: z.string() })
const Read = z.object({ partition: z.int(), offset: z.int() })

export const Report = z.object({
  pledged: z.array(Pledged).describe('Standing pledges that may be told of, by contributor, capability and currency'),
  present: z.array(Present).describe('Uniformed persons, by mission and month'),
  leftOut: z.array(LeftOut).describe('What could not be read: the figures are without these records'),
  read: z.array(Read).describe('The last offset taken in of each partition'),
})
export type Report = z.output<typeof Report>

export interface ReportStore {
  /** Of this database alone: a group that begins at the first message when the database is new. */
  readonly group: string
  /** All of a span or nothing; what was applied before is dropped. */
  readonly apply: (span: Span) => void
  readonly report: () => Report
  readonly close: () => void
}

const SCHEMA = `
  create table if not exists identity (one integer primary key check (one = 1), id text not null);
  create table if not exists records (key text primary key, sequence integer not null, left_out text) without rowid;
  create table if not exists pledges (
    pledge text primary key, contributor text not null, capability text not null, currency text, quantity integer not null
  ) without rowid;
  create table if not exists strength (
    mission text not null, contributor text not null, month text not null, persons integer not null,
    primary key (mission, month, contributor)
  ) without rowid;
  create table if not exists unnamed (place text primary key, reason text not null) without rowid;
  create table if not exists reading (partition integer primary key, offset integer not null);
`

const WAIT_FOR_OTHERS_MS = 10_000

export const openReportStore = (path: string): ReportStore => {
  const db = new Database(path, { timeout: WAIT_FOR_OTHERS_MS })
  db.pragma('journal_mode = WAL')
  db.exec(SCHEMA)
  db.prepare('insert into identity (one, id) values (1, ?) on conflict do nothing').run(randomUUID())
  const id = z.string().parse(db.prepare('select id from identity').pluck().get())

  const recordOf = db.prepare('select sequence, left_out from records where key = ?')
  const Known = z.object({ sequence: z.int(), left_out: z.string().nullable() }).optional()
  const note = db.prepare(
    'insert into records values (@key, @sequence, @leftOut) on conflict (key) do update set sequence = @sequence, left_out = @leftOut',
  )
  const offer = db.prepare('insert or replace into pledges values (@pledge, @contributor, @capability, @currency, @quantity)')
  const forget = db.prepare('delete from pledges where pledge = @pledge')
  const forgetRecord = [
    db.prepare("delete from pledges where 'pledge-' || pledge = ?"),
    db.prepare("delete from strength where 'strength-' || mission || '-' || contributor = ?"),
  ]
  const present = db.prepare('insert or replace into strength values (@mission, @contributor, @month, @persons)')
  const leaveOut = db.prepare('insert or replace into unnamed values (?, ?)')
  const read = db.prepare('insert or replace into reading values (?, ?)')

  const enter = (fact: Fact): void => {
    switch (fact._tag) {
      case 'Offered':
        offer.run(fact)
        return
      case 'NotOffered':
        forget.run(fact)
        return
      case 'Present':
        present.run(fact)
    }
  }

  /** A record of which one message cannot be read is left out from then on: half of a story is a wrong figure. */
  const take = ({ key, sequence, fact }: Told): void => {
    const known = Known.parse(recordOf.get(key))
    if (known !== undefined && (sequence <= known.sequence || known.left_out !== null)) return
    if (E.isRight(fact)) enter(fact.right)
    else for (const forgetting of forgetRecord) forgetting.run(key)
    note.run({ key, sequence, leftOut: E.isLeft(fact) ? fact.left : null })
  }

  const apply = ({ topic, partition, messages }: Span): void => {
    for (const message of messages) {
      const told = toldBy(message)
      if (E.isLeft(told)) leaveOut.run(`${topic}/${partition}@${message.offset}`, told.left)
      else if (told.right !== undefined) take(told.right)
      read.run(partition, message.offset)
    }
  }

  const report = (): unknown => ({
    pledged: db
      .prepare(
        `select contributor, capability, currency, count(*) as pledges, sum(quantity) as quantity from pledges
         group by contributor, capability, currency order by contributor, capability, currency`,
      )
      .all(),
    present: db
      .prepare(
        `select mission, month, count(*) as contributors, sum(persons) as persons from strength
         where persons > 0 group by mission, month order by mission, month`,
      )
      .all(),
    leftOut: db
      .prepare(
        `select key, left_out as reason from records where left_out is not null
         union all select place, reason from unnamed order by 1`,
      )
      .all(),
    read: db.prepare('select partition, offset from reading order by partition').all(),
  })

  const applyAtOnce = db.transaction(apply)
  const reportAtOnce = db.transaction(report)
  return {
    group: `reporter-${id}`,
    // The lock comes before the first look: another member cannot write between look and entry.
    apply: (span) => applyAtOnce.immediate(span),
    report: () => Report.parse(reportAtOnce()),
    close: () => void db.close(),
  }
}
