/** `node services/intake/src/main.ts`: commands in, events to the log. */
import { runService } from '@muster/runtime/service'
import { intake } from './open.ts'

await runService(intake)
