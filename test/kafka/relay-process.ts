/**
 * A relay to be killed: `node relay-process.ts LOG READ BROKERS` follows an embedded log that another process writes, and keeps its
 * checkpoint in embedded read models. It never ends by itself.
 */
import * as E from 'fp-ts/lib/Either.js'
import { kafkaBroker } from '@muster/broker-kafka/broker'
import { openSqliteEventStore } from '@muster/event-store-sqlite/store'
import { openSqliteReadModels } from '@muster/read-models/open'
import { reactorCheckpoint } from '@muster/read-models/reactor-checkpoint'
import { openRelay, RELAY } from '@muster/relay/relay'
import { systemSurroundings } from '@muster/subscription/surroundings'

const [log, read, brokers] = process.argv.slice(2)
if (log === undefined || read === undefined || brokers === undefined) throw new Error('usage: relay-process.ts LOG READ BROKERS')

const clock = (): string => new Date().toISOString()
const store = await openSqliteEventStore({ path: log, readOnly: true })()
if (E.isLeft(store)) throw new Error(store.left.message)
const readModels = await openSqliteReadModels(read, { clock })
const relay = await openRelay({
  store: store.right,
  broker: kafkaBroker({ brokers: brokers.split(','), clientId: 'relay' }),
  checkpoint: reactorCheckpoint(readModels.rows, RELAY),
  clock,
  surroundings: systemSurroundings,
})
if (E.isLeft(relay)) throw new Error(relay.left)
process.stdout.write('open\n')
