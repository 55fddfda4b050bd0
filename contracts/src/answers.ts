/** What is answered to commands, and how refusals look outside. */
import { z } from 'zod'

export const Outcome = z.enum(['accepted', 'unchanged'])
/** Answer to one command. `position` lies at or behind everything the command did: reads with `minPosition` see it. */
export const CommandAnswer = z
  .object({
    outcome: Outcome,
    position: z.int(),
    stream: z.string(),
    /** Revision of the stream after the command. */
    revision: z.int(),
    eventIds: z.array(z.string()),
    dryRun: z.literal(true).optional().describe('Nothing was written: this is what would become of it'),
  })
  .meta({ id: 'CommandAnswer' })
export type CommandAnswer = z.infer<typeof CommandAnswer>

export const Violation = z
  .object({ pointer: z.string().describe('JSON pointer into the data'), message: z.string() })
  .meta({ id: 'Violation' })
export type Violation = z.infer<typeof Violation>

/** RFC 9457 problem document. */
export const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    violations: z.array(Violation).optional(),
    traceId: z.string(),
    retryable: z.boolean(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'ProblemDocument' })
export type ProblemDocument = z.infer<typeof ProblemDocument>

/** Answer to one line of a batch, over HTTP or Kafka. */
export const BatchAnswer = z
  .object({
    id: z.string(),
    outcome: z.enum(['accepted', 'unchanged', 'refused']),
    position: z.int().optional(),
    stream: z.string().optional(),
    revision: z.int().optional(),
    eventIds: z.array(z.string()).optional(),
    dryRun: z.literal(true).optional(),
    code: z.string().optional(),
    detail: z.string().optional(),
    violations: z.array(Violation).optional(),
  })
  .meta({ id: 'BatchAnswer' })
export type BatchAnswer = z.infer<typeof BatchAnswer>

export const AsOf = z.object({ position: z.int(), time: z.string().nullable() }).meta({ id: 'AsOf' })
