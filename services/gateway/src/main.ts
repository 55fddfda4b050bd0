/** `node services/gateway/src/main.ts`: one address in front of the intake and the query replicas. */
import { runService } from '@muster/runtime/service'
import { gateway } from './open.ts'

await runService(gateway)
