/**
 * Integration events: the small public contract of the events topic. They are made from the log's own events by the relay, carry what
 * a reporting service may see, and keep their meaning for ever: a change that a reader of today could not read gets a new type.
 *
 * On the wire each is a CloudEvent 1.0 in Kafka's binary mode: attributes as `ce_*` headers, the JSON of its schema as the value.
 */
import { z } from 'zod'
import { capabilityIntegration, contributorIntegration } from './ground.ts'
import { missionIntegration, strengthIntegration, totalIntegration } from './missions.ts'
import { commitmentIntegration, pledgeIntegration } from './pledges.ts'

export const integrationSchemas = {
  ...contributorIntegration,
  ...capabilityIntegration,
  ...missionIntegration,
  ...strengthIntegration,
  ...totalIntegration,
  ...pledgeIntegration,
  ...commitmentIntegration,
} as const

export type IntegrationType = keyof typeof integrationSchemas
/** What happened, as it is told outside: `{ type: 'muster.pledge.accepted.v1', data: { pledge: 'P-17' } }`. */
export type IntegrationEvent = {
  readonly [T in IntegrationType]: { readonly type: T; readonly data: Readonly<z.output<(typeof integrationSchemas)[T]>> }
}[IntegrationType]

export const isIntegrationType = (type: string): type is IntegrationType => Object.hasOwn(integrationSchemas, type)

export const SOURCE = 'urn:muster:log'
export const CONTENT_TYPE = 'application/json'
/** A name, not an address: where the schema of a type lies is said in the documentation. */
export const schemaOf = (type: IntegrationType): string => `urn:muster:schema:${type}`

const decimal = z.string().regex(/^\d+$/)

/** Kafka headers of an integration event. Readers ignore headers that they do not know. */
export const IntegrationHeaders = z
  .object({
    ce_specversion: z.literal('1.0'),
    ce_id: z.uuid().describe('The same whenever the same event is sent again: drop what you have seen'),
    ce_source: z.literal(SOURCE),
    ce_type: z.string().describe('What happened, with the version of its schema'),
    ce_subject: z.string().describe('Id of the record it happened to'),
    ce_time: z.iso.datetime().describe('When it was recorded, UTC'),
    ce_dataschema: z.string().describe('Name of the schema of the value'),
    ce_sequence: decimal.describe('Revision of the record, from 0; the sequence of a key has no gaps'),
    ce_sequencetype: z.literal('Integer').describe('Compare ce_sequence as a number'),
    ce_partitionkey: z.string().describe('Kind and id of the record, as in pledge-P-17; the key of the message'),
    ce_position: decimal.describe('Place in the log: rises with each event of a key; reads take it as minPosition'),
    ce_correlationid: z.string().describe('The same for everything that one request brought about'),
    ce_causationid: z.string().describe('The command or event that caused it'),
    ce_traceparent: z.string().optional().describe('W3C trace context of the request, where there was one'),
    ce_classification: z
      .enum(['unclassified', 'confidential'])
      .describe('Of the record when it happened; of a confidential one (or higher) nothing but its id is told'),
    'content-type': z.literal(CONTENT_TYPE),
  })
  .meta({ id: 'IntegrationHeaders' })
export type IntegrationHeaders = z.output<typeof IntegrationHeaders>
