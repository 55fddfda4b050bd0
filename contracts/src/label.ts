/** Who owns a record and who may see it: what the sovereignty rule looks at, on every way out. */
import { z } from 'zod'
import type { PledgeTerms } from './pledging.ts'
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

/** A pledge belongs to its contributor and, when it is a joint one, to each party. */
export const ownersOf = ({ contributor, parties = [] }: Pick<PledgeTerms, 'contributor' | 'parties'>): ReadonlyArray<string> => [
  ...new Set([contributor, ...parties.map((party) => party.contributor)]),
]

/** The label that a pledge's terms give it; a commitment drawn from it has the same classification and release list. */
export const labelOfPledge = (terms: Pick<PledgeTerms, 'contributor' | 'parties' | 'classification' | 'releaseTo'>): Label => ({
  owners: [...ownersOf(terms)],
  classification: terms.classification ?? DEFAULT_CLASSIFICATION,
  releaseTo: [...(terms.releaseTo ?? [])],
})

/** Nobody but the department sees a record whose label is not known (yet). */
export const UNKNOWN: Label = { ...DEPARTMENT, classification: DEFAULT_CLASSIFICATION }

/** The label that every record of a kind has; undefined where each has its own: pledges, commitments, findings. */
export const labelOfKind = (kind: string): Label | undefined => {
  if (kind === 'pledge' || kind === 'commitment' || kind === 'flag') return undefined
  return kind === 'plan' || kind === 'subscription' ? DEPARTMENT : PUBLIC
}
