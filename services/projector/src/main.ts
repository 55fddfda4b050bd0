/** `node services/projector/src/main.ts`: the log, folded into read models. */
import { runService } from '@muster/runtime/service'
import { projector } from './open.ts'

await runService(projector)
