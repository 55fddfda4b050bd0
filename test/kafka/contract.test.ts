/** The Kafka adapter against a real broker: the suite that every broker passes. */
import { brokerContract } from '@muster/broker/contract'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { onKafka } from '../support/kafka/suites.ts'

onKafka('the Kafka adapter', (brokers) => {
  brokerContract('Kafka', async () => kafkaBroker({ brokers: await brokers(), clientId: 'contract' }))
})
