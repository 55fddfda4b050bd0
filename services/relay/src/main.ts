/** `node services/relay/src/main.ts`: the log, told to Kafka. */
import { runService } from '@muster/runtime/service'
import { relay } from './open.ts'

await runService(relay)
