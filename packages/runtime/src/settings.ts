/**
 * Settings that the services share. The descriptions make the table of docs/settings.md; the messages complete the sentence
 * "X must be …", which is what a service says when it cannot start.
 */
import { z } from 'zod'
import { dataSetting, logSetting, portSetting } from '@muster/http/environment'
import type { LogOptions } from '@muster/observability/log'

const url = (schemes: RegExp, example: string): z.ZodString =>
  z.string('an address such as ' + example).regex(schemes, `an address such as ${example}`)

/** Of every service. */
export const processSettings = (port: number) => ({
  MUSTER_PORT: portSetting(port).describe('Port of its HTTP: the API, or health and metrics alone'),
  MUSTER_HOST: z
    .union([z.ipv4(), z.ipv6()], 'an address of this machine such as 127.0.0.1')
    .default('127.0.0.1')
    .describe('Address it listens on; 0.0.0.0 in a container'),
  MUSTER_DATA: dataSetting.describe('Folder of the token secret, and of the stores where they are embedded'),
  MUSTER_LOG: logSetting.describe('How much it logs: debug, info, warn, error or silent'),
})

export interface ProcessSettings {
  readonly MUSTER_PORT: number
  readonly MUSTER_HOST: string
  readonly MUSTER_DATA: string
  readonly MUSTER_LOG: NonNullable<LogOptions['level']>
}

const eventStore = url(/^esdb(\+discover)?:\/\//, 'esdb://user:password@host:2113')
export const namespaceSetting = z
  .string()
  .regex(/^[\w-]+$/, 'a name of letters, digits, _ and -')
  .default('muster')
  .describe('Tells logs on one EventStoreDB apart')

/** The log in EventStoreDB where one is named, else embedded in the data folder. */
export const anyLogSettings = {
  EVENTSTORE_URL: eventStore.optional().describe('EventStoreDB that holds the log; absent: the log embedded in MUSTER_DATA'),
  EVENTSTORE_NAMESPACE: namespaceSetting,
}
/** For services that write beside the intake: the embedded log takes one writing process. */
export const sharedLogSettings = {
  EVENTSTORE_URL: eventStore.describe('EventStoreDB that holds the log'),
  EVENTSTORE_NAMESPACE: namespaceSetting,
}

const postgres = url(/^postgres(ql)?:\/\//, 'postgres://user:password@host:5432/muster')
export const anyReadModelSettings = {
  MUSTER_POSTGRES: postgres
    .optional()
    .describe('PostgreSQL that holds the read models; absent: read models embedded in MUSTER_DATA'),
}
export const sharedReadModelSettings = { MUSTER_POSTGRES: postgres.describe('PostgreSQL that holds the read models') }

const brokers = z
  .string('brokers such as host1:9092,host2:9092')
  .regex(/^[^,:\s]+:\d+(,[^,:\s]+:\d+)*$/, 'brokers such as host1:9092,host2:9092')
  .transform((list) => list.split(','))
export const brokerSettings = { KAFKA_BROKERS: brokers.describe('Kafka brokers, separated by commas') }
export const anyBrokerSettings = {
  KAFKA_BROKERS: brokers.optional().describe('Kafka brokers, separated by commas; absent: commands come over HTTP alone'),
}
