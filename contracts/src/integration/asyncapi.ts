/** The AsyncAPI 3 document of every topic, made from the topics and the schemas. Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0 */
import { z } from 'zod'
import { BatchAnswer } from '../answers.ts'
import { commitmentCommands } from '../commitments.ts'
import { capabilityCommands, contributorCommands, exchangeRateCommands, policyCommands, scaleCommands } from '../contributors.ts'
import type { SchemaMap } from '../message.ts'
import { missionCommands, missionTotalCommands, strengthCommands } from '../missions.ts'
import { flagCommands, planCommands, subscriptionCommands } from '../planning.ts'
import { pledgeCommands } from '../pledging.ts'
import { BatchLine } from '../commands.ts'
import { CommandHeaders, DeadLetterHeaders, ResultHeaders } from './commands.ts'
import { IntegrationHeaders, integrationSchemas } from './events.ts'
import {
  aggregateKinds,
  commandTopics,
  deadLettersTopic,
  eventsTopic,
  resultsTopic,
  type AggregateKind,
  type Topic,
} from './topics.ts'

const commandsOf: Readonly<Record<AggregateKind, SchemaMap>> = {
  contributor: contributorCommands,
  capability: capabilityCommands,
  scale: scaleCommands,
  policy: policyCommands,
  rate: exchangeRateCommands,
  mission: missionCommands,
  strength: strengthCommands,
  total: missionTotalCommands,
  pledge: pledgeCommands,
  commitment: commitmentCommands,
  plan: planCommands,
  flag: flagCommands,
  subscription: subscriptionCommands,
}

type Json = Readonly<Record<string, unknown>>

/** `{"type", "data"}` of a sample, by folder and name: `integration`, `muster.pledge.accepted.v1`. */
export type SampleOf = (folder: 'commands' | 'integration', type: string) => { readonly type: string; readonly data: unknown }

const BINDING = { bindingVersion: '0.5.0' }
const ref = (path: string): Json => ({ $ref: `#/${path}` })
const mapped = <T>(names: ReadonlyArray<string>, value: (name: string) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, value(name)]))

const Shared = z.record(z.string(), z.unknown())

/** Schemas of the document; words that several schemas use stand once, under their own names. */
const schemaShelf = () => {
  const schemas = new Map<string, unknown>()
  const moved = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(moved)
    if (typeof node !== 'object' || node === null) return node
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string' ? value.replace('#/definitions/', '#/components/schemas/') : moved(value),
      ]),
    )
  }
  const put = (name: string, schema: z.ZodType): Json => {
    const { $schema: _, $ref: __, definitions = {}, ...body } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })
    for (const [shared, definition] of Object.entries(Shared.parse(definitions))) {
      const known = schemas.get(shared)
      const text = JSON.stringify(moved(definition))
      if (known !== undefined && JSON.stringify(known) !== text) throw new Error(`two different schemas are called ${shared}`)
      schemas.set(shared, moved(definition))
    }
    if (Object.keys(body).length > 0) schemas.set(name, moved(body))
    return ref(`components/schemas/${name}`)
  }
  return { put, all: () => Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1))) }
}

const channel = (topic: Topic, title: string, description: string, messages: ReadonlyArray<string>): Json => ({
  address: topic.name,
  title,
  description,
  messages: mapped(messages, (name) => ref(`components/messages/${name}`)),
  bindings: {
    kafka: {
      partitions: topic.partitions,
      topicConfiguration: {
        'cleanup.policy': [topic.compacted ? 'compact' : 'delete'],
        'retention.ms': topic.retentionMs === 'forever' ? -1 : topic.retentionMs,
        'max.message.bytes': topic.maxMessageBytes,
      },
      ...BINDING,
    },
  },
})

const key = (description: string): Json => ({ kafka: { key: { type: 'string', description }, ...BINDING } })

export const asyncapiDocument = (sampleOf: SampleOf): Json => {
  const { put, all } = schemaShelf()
  const commandHeaders = put('CommandHeaders', CommandHeaders)
  const integrationHeaders = put('IntegrationHeaders', IntegrationHeaders)
  const correlation = { location: '$message.header#/ce_correlationid' }

  const commandMessage = (type: string, data: z.ZodType): Json => ({
    name: type,
    title: type,
    headers: commandHeaders,
    payload: put(type, BatchLine.extend({ type: z.literal(type), data })),
    correlationId: { location: '$message.header#/ce_id' },
    bindings: key('Id of the record'),
    examples: [{ name: 'sample', payload: { ...sampleOf('commands', type), id: `sample-${type}` } }],
  })
  const integrationMessage = (type: string, data: z.ZodType): Json => ({
    name: type,
    title: type,
    summary: data.description,
    headers: integrationHeaders,
    payload: put(type, data),
    correlationId: correlation,
    bindings: key('Kind and id of the record, as in pledge-P-17'),
    examples: [{ name: 'sample', payload: sampleOf('integration', type).data }],
  })

  const commands = aggregateKinds.flatMap((kind) => Object.entries(commandsOf[kind]))
  const messages = {
    ...Object.fromEntries(commands.map(([type, schema]) => [type, commandMessage(type, schema)])),
    CommandResult: {
      name: 'CommandResult',
      title: 'What became of a command',
      headers: put('ResultHeaders', ResultHeaders),
      payload: put('BatchAnswer', BatchAnswer),
      correlationId: { location: '$message.header#/ce_id' },
      bindings: key('Id of the record, as the command had it'),
    },
    ...Object.fromEntries(Object.entries(integrationSchemas).map(([type, schema]) => [type, integrationMessage(type, schema)])),
    DeadLetter: {
      name: 'DeadLetter',
      title: 'A message that could not be understood: its value is the original one, byte for byte',
      contentType: 'application/octet-stream',
      headers: put('DeadLetterHeaders', DeadLetterHeaders),
      payload: { type: 'string', format: 'binary' },
      bindings: key('As the original had it'),
    },
  }

  const operation = (action: 'send' | 'receive', name: string, summary: string, more: Json = {}): Json => ({
    action,
    channel: ref(`channels/${name}`),
    summary,
    ...more,
  })

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Muster over Kafka',
      version: '1.0.0',
      description:
        'Commands in, their results, integration events out, and dead letters. docs/messages.md says what is guaranteed, how to drop repeats, and how these schemas may change.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(
        aggregateKinds.map((kind) => [
          `${kind}Commands`,
          channel(commandTopics[kind], `Commands on a ${kind}`, 'One command a message', Object.keys(commandsOf[kind])),
        ]),
      ),
      results: channel(resultsTopic, 'Results', 'One answer for each command', ['CommandResult']),
      events: channel(
        eventsTopic,
        'Integration events',
        'CloudEvents 1.0 in binary mode; at least once, in order for each key',
        Object.keys(integrationSchemas),
      ),
      deadLetters: channel(deadLettersTopic, 'Dead letters', 'For people to look at', ['DeadLetter']),
    },
    operations: {
      ...mapped(
        aggregateKinds.map((kind) => `${kind}Commands`),
        (name) =>
          operation('receive', name, 'Handled once in effect, whatever comes twice', {
            reply: { channel: ref('channels/results') },
          }),
      ),
      results: operation('send', 'results', 'Says what became of each command'),
      events: operation('send', 'events', 'Tells what happened, as far as reporting services may see it'),
      deadLetters: operation('send', 'deadLetters', 'Puts aside what could not be understood'),
    },
    components: { messages, schemas: all() },
  }
}

export const asyncapiText = (sampleOf: SampleOf): string => `${JSON.stringify(asyncapiDocument(sampleOf), null, 2)}\n`
