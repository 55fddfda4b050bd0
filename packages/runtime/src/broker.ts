/** Kafka, for the services that speak to it. */
import type { Broker } from '@muster/broker/broker'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import type { Logger } from '@muster/observability/log'

export const openBroker = (
  { KAFKA_BROKERS: brokers }: { readonly KAFKA_BROKERS: ReadonlyArray<string> },
  name: string,
  logger: Pick<Logger, 'warn'>,
): Broker =>
  kafkaBroker({
    brokers,
    clientId: `muster-${name}`,
    report: (trouble) => logger.warn({ err: new Error(trouble) }, 'Kafka did not answer as it should; it is tried again'),
  })
