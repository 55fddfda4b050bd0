/** Headers of the messages that carry commands in, their results out, and what could not be understood aside. */
import { z } from 'zod'

export const CommandHeaders = z
  .object({
    ce_id: z
      .string()
      .min(1)
      .max(200)
      .describe('Names the command: one that comes again changes nothing and is answered as before'),
    authorization: z
      .string()
      .regex(/^Bearer .+$/)
      .describe('Bearer and a token, as over HTTP'),
    ce_traceparent: z.string().optional().describe('W3C trace context'),
  })
  .meta({ id: 'CommandHeaders' })
export type CommandHeaders = z.output<typeof CommandHeaders>

export const ResultHeaders = z
  .object({
    ce_id: z.string().describe('The ce_id of the command that is answered'),
    'content-type': z.literal('application/json'),
  })
  .meta({ id: 'ResultHeaders' })
export type ResultHeaders = z.output<typeof ResultHeaders>

/** Beside them the headers of the original message, without its token. */
export const DeadLetterHeaders = z
  .object({
    dead_letter_reason: z.string().describe('Why it could not be understood'),
    dead_letter_topic: z.string().describe('Topic of the original message'),
    dead_letter_partition: z.string().regex(/^\d+$/),
    dead_letter_offset: z.string().regex(/^\d+$/),
  })
  .meta({ id: 'DeadLetterHeaders' })
export type DeadLetterHeaders = z.output<typeof DeadLetterHeaders>
