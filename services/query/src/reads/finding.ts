/**
 * What a contributor sees of a finding about itself. Some findings rest on its own records alone; others compare it with the
 * whole, and their figures and sentences would tell of records of others. Notes are the department's.
 */
import { z } from 'zod'
import { flagEvents, type FlagKind } from '@muster/contracts/planning'
import type { FlagView } from '@muster/read-models/queries/answers'
import { view } from '@muster/sovereignty/view'
import type { Reader } from '../reader.ts'

const ABOUT_ITS_OWN_RECORDS = new Set<FlagKind>([
  'duplicate-pledge',
  'overlapping-commitments',
  'stale-pledge',
  'undeclared-caveat',
  'stale-capacity-figure',
])

interface Finding {
  readonly kind: FlagKind
  readonly evidence: Readonly<Record<string, unknown>>
  readonly text: string
}

const withoutOthers = <F extends Finding>(finding: F): F =>
  ABOUT_ITS_OWN_RECORDS.has(finding.kind)
    ? finding
    : { ...finding, evidence: {}, text: `A finding of the kind ${finding.kind}; its figures rest on records of others as well.` }

/** The whole finding for the department, what is its own for the contributor it is about, else nothing. */
export const flagFor = ({ principal, visibility }: Reader, flag: FlagView): object | undefined => {
  const visible = view(flag, flag.label, principal)
  if (visible === undefined) return undefined
  const { label: _label, ...whole } = visible
  return visibility.all ? whole : { ...withoutOthers(whole), note: null, clearedReason: null }
}

const Raised = flagEvents.FlagRaised
const Named = z.object({ flag: z.string() })

/** The same cut for the events of a flag, for a reader who may see that there is one. */
export const flagEventData = (type: string, data: unknown): unknown => {
  if (type !== 'FlagRaised' && type !== 'FlagEvidenceChanged') return Named.safeParse(data).data ?? {}
  const finding = Raised.safeParse(data)
  return finding.success ? withoutOthers(finding.data) : {}
}
