/** `node services/allocator/src/main.ts`: plans, proposals and capacity, flags. */
import { runService } from '@muster/runtime/service'
import { allocator } from './open.ts'

await runService(allocator)
