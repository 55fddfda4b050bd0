/** `node services/reporter/src/main.ts`: integration events in, a small report out. */
import { runService } from '@muster/runtime/service'
import { reporter } from './open.ts'

await runService(reporter)
