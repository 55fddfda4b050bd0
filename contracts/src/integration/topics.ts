/**
 * Every topic there is, declared once: the services create them from here, the AsyncAPI document describes them from here.
 * Keys are aggregate ids, so that whatever concerns one record keeps its order.
 */

/** The kinds of streams on which commands are decided: the part of a stream's name before its first hyphen. */
export const aggregateKinds = [
  'contributor',
  'capability',
  'scale',
  'policy',
  'rate',
  'mission',
  'strength',
  'total',
  'pledge',
  'commitment',
  'plan',
  'flag',
  'subscription',
] as const
export type AggregateKind = (typeof aggregateKinds)[number]

export interface Topic {
  readonly name: string
  readonly partitions: number
  readonly retentionMs: number | 'forever'
  readonly compacted: boolean
  readonly maxMessageBytes: number
}

const DAY_MS = 86_400_000
const MEGABYTE = 1_048_576
const PARTITIONS = 6

const commandTopic = (kind: AggregateKind): Topic => ({
  name: `muster.commands.${kind}`,
  partitions: PARTITIONS,
  retentionMs: 7 * DAY_MS,
  compacted: false,
  maxMessageBytes: MEGABYTE,
})

/** Commands in, a topic for each kind of record. */
export const commandTopics: Readonly<Record<AggregateKind, Topic>> = {
  contributor: commandTopic('contributor'),
  capability: commandTopic('capability'),
  scale: commandTopic('scale'),
  policy: commandTopic('policy'),
  rate: commandTopic('rate'),
  mission: commandTopic('mission'),
  strength: commandTopic('strength'),
  total: commandTopic('total'),
  pledge: commandTopic('pledge'),
  commitment: commandTopic('commitment'),
  plan: commandTopic('plan'),
  flag: commandTopic('flag'),
  subscription: commandTopic('subscription'),
}

/** What became of each command. */
export const resultsTopic: Topic = {
  name: 'muster.command-results',
  partitions: PARTITIONS,
  retentionMs: 7 * DAY_MS,
  compacted: false,
  maxMessageBytes: MEGABYTE,
}

/** Integration events: the public account of what happened; kept, so that a new subscriber can begin at the beginning. */
export const eventsTopic: Topic = {
  name: 'muster.events',
  partitions: PARTITIONS,
  retentionMs: 'forever',
  compacted: false,
  maxMessageBytes: MEGABYTE,
}

/** What could not be understood, with the reason and the original bytes; the limit leaves room for the headers. */
export const deadLettersTopic: Topic = {
  name: 'muster.dead-letters',
  partitions: 1,
  retentionMs: 30 * DAY_MS,
  compacted: false,
  maxMessageBytes: 2 * MEGABYTE,
}

export const topics: ReadonlyArray<Topic> = [...Object.values(commandTopics), resultsTopic, eventsTopic, deadLettersTopic]
