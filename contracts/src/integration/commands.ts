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
    traceparent: z.string().optional().describe('W3C trace context; ce_traceparent is taken as well'),
  })
  .meta({ id: 'CommandHeaders' })
export type CommandHeaders = z.output<typeof CommandHeaders>

export const ResultHeaders = z
  .object({
    ce_specversion: z.literal('1.0'),
    ce_id: z.string().describe('The ce_id of the command that is answered'),
    ce_source: z.string(),
    ce_type: z.literal('muster.command.result.v1'),
    ce_correlationid: z.string().describe('As integration events of the same command carry it'),
    'content-type': z.literal('application/json'),
  })
  .meta({ id: 'ResultHeaders' })
export type ResultHeaders = z.output<typeof ResultHeaders>

/** Beside them the headers of the original message, without its token. */
export const DeadLetterHeaders = z
  .object({
    dead_letter_reason: z.string().describe('Why, as a word such as not-json or unauthenticated'),
    dead_letter_topic: z.string().describe('Topic of the original message'),
    dead_letter_partition: z.string().regex(/^\d+$/),
    dead_letter_offset: z.string().regex(/^\d+$/),
    dead_letter_bytes: z.string().regex(/^\d+$/).optional().describe('Length of an original that is too large to be put aside'),
    dead_letter_sha256: z.string().optional().describe('Its digest'),
  })
  .meta({ id: 'DeadLetterHeaders' })
export type DeadLetterHeaders = z.output<typeof DeadLetterHeaders>
