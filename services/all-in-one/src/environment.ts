/** Settings of the embedded process. */
import { z } from 'zod'
import { dataSetting, logSetting, portSetting } from '@muster/http/environment'

export const AllInOneEnvironment = z.object({
  MUSTER_PORT: portSetting(8080),
  /** Loopback unless a container or a proxy in front of it needs another. */
  MUSTER_HOST: z.union([z.ipv4(), z.ipv6()], 'an address of this machine such as 127.0.0.1').default('127.0.0.1'),
  MUSTER_DATA: dataSetting,
  /** Quiet by default: the terminal of a newcomer belongs to the summary. */
  MUSTER_LOG: logSetting.unwrap().default('warn'),
})
export type AllInOneSettings = z.output<typeof AllInOneEnvironment>
