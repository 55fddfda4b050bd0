/** Settings of the embedded process. */
import { z } from 'zod'
import { processSettings } from '@muster/runtime/settings'

const common = processSettings(8080)

export const AllInOneEnvironment = z.object({
  ...common,
  /** Quiet by default: the terminal of a newcomer belongs to the summary. */
  MUSTER_LOG: common.MUSTER_LOG.unwrap().default('warn').describe('How much it logs: debug, info, warn, error or silent'),
})
export type AllInOneSettings = z.output<typeof AllInOneEnvironment>
