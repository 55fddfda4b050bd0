/** Who owns a record and who may see it: what the sovereignty rule looks at, on every way out. */
import { z } from 'zod'
import { Classification } from './primitives.ts'

export const Label = z.object({
  /** Contributors whose record it is; empty for records of the department itself. */
  owners: z.array(z.string()),
  classification: Classification,
  /** Contributors, or organisations whose members, may see it too. */
  releaseTo: z.array(z.string()),
})
export type Label = z.infer<typeof Label>

/** Records that belong to nobody in particular and may be seen by every role: missions, scales, official strengths. */
export const PUBLIC: Label = { owners: [], classification: 'unclassified', releaseTo: [] }
/** Records of the department alone: whole plans, findings about several contributors. */
export const DEPARTMENT: Label = { owners: [], classification: 'confidential', releaseTo: [] }
/** A pledge whose contributor says nothing is seen by the contributor and the department: deny by default. */
export const DEFAULT_CLASSIFICATION: Classification = 'confidential'
