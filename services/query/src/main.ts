/** `node services/query/src/main.ts`: the read API, the feed, the exports. */
import { runService } from '@muster/runtime/service'
import { query } from './open.ts'

await runService(query)
