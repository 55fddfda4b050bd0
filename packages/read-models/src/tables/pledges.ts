/** Pledges and commitments. Keys join ids with `|`; each row is a fold of one stream (see change.ts). */
import { integer, json, optional, table, text, type RowOf } from '../table.ts'
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { Classification } from '@muster/contracts/primitives'
import type { Hold, Stretch } from '@muster/pledging/capacity'
import type { Claim, Movement, Payment, Standing as CommitmentStanding } from '@muster/commitments/record'
import type { Standing } from '@muster/pledging/record'

export type PledgeStatus = Standing['status']
/** What one commitment has of a pledge, with what became of it. */
export interface PledgeHold extends Hold {
  readonly commitment: string
}
/** key: pledge */
export const pledge = table(
  'pledge',
  {
    id: text(),
    contributor: text(),
    ownReference: text(),
    capability: text(),
    /** Units; minor units of `currency` when the pledge is money. */
    quantity: integer(),
    currency: optional(text()),
    from: text(),
    to: text(),
    status: text<PledgeStatus>(),
    readiness: integer(),
    /** Persons in one unit, where the pledge says so. */
    persons: optional(integer()),
    /** The last day on which it may be counted on; null: no limit yet. */
    validUntil: optional(text()),
    /** The pledge this one comes from. */
    derivedFrom: optional(text()),
    version: integer(),
    revision: integer(),
    /** Contributor and parties, `,NPL,DEU,` */
    owners: text(),
    classification: text<Classification>(),
    /** `,AU,NPL,` */
    releaseTo: text(),
    /** `,MINUSCA,`; empty: for any mission. */
    earmark: text(),
    /** Missions in which it must not serve. */
    notIn: text(),
    /** Lower-case words a search looks at: reference, note, announcement. */
    words: text(),
    /** The terms in force, with declared caveats. */
    terms: json<PledgeTerms>(),
    holds: json<ReadonlyArray<PledgeHold>>(),
    /** Free, reserved, deployed and released over its window, cut where a figure changes. */
    stretches: json<ReadonlyArray<Stretch>>(),
    /** Why it was returned or withdrawn. */
    reasons: json<ReadonlyArray<string>>(),
    /** The day on which it was withdrawn or expired. */
    endedOn: optional(text()),
    lastVisit: optional(text()),
    submittedOn: text(),
    submittedAt: text(),
  },
  [['contributor'], ['capability', 'from'], ['status'], ['derivedFrom']],
)

export type CommitmentStatus = CommitmentStanding['status']
/** key: commitment. Its classification is its pledge's. */
export const commitment = table(
  'commitment',
  {
    id: text(),
    kind: text<'mou' | 'loa' | 'funding'>(),
    pledge: text(),
    contributor: text(),
    mission: text(),
    requirement: text(),
    requirementVersion: optional(integer()),
    capability: text(),
    quantity: integer(),
    currency: optional(text()),
    from: text(),
    to: text(),
    plan: optional(text()),
    status: text<CommitmentStatus>(),
    revision: integer(),
    signedOn: optional(text()),
    document: optional(text()),
    /** Units there now. */
    present: integer(),
    deployments: json<ReadonlyArray<Movement>>(),
    repatriations: json<ReadonlyArray<Movement>>(),
    rotations: json<ReadonlyArray<string>>(),
    payments: json<ReadonlyArray<Payment>>(),
    claims: json<ReadonlyArray<Claim>>(),
    breaches: json<ReadonlyArray<{ readonly caveat: string; readonly on: string }>>(),
    reason: optional(text()),
  },
  [['contributor'], ['pledge'], ['mission', 'capability'], ['plan']],
)

export type PledgeRow = RowOf<typeof pledge>
export type CommitmentRow = RowOf<typeof commitment>
