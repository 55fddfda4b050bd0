/** Pledges: what a contributor offers, under which conditions, and how much of it is spoken for. */
import { z } from 'zod'
import {
  CapabilityCode,
  Classification,
  ContributorId,
  Count,
  Currency,
  Day,
  Language,
  MissionId,
  Money,
  Quantity,
  Readiness,
  RecordId,
  ShortText,
  Text,
  withWindow,
} from './primitives.ts'
import type { MessageOf } from './message.ts'

/** A limit that the contributor puts on the use of its pledge. */
export const Caveat = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('not-in-mission'), mission: MissionId }),
    z.strictObject({ kind: z.literal('no-task'), task: ShortText }),
    z.strictObject({ kind: z.literal('max-stay'), days: z.int().min(1).max(3_650) }),
    z.strictObject({ kind: z.literal('other'), text: Text }),
  ])
  .meta({ id: 'Caveat' })
export type Caveat = z.infer<typeof Caveat>

export const Party = z.strictObject({
  contributor: ContributorId,
  /** Parts of the whole, relative to the other parties' parts. */
  part: z.int().min(1).max(1_000),
  role: z.enum(['lead', 'personnel', 'equipment', 'funding', 'training']).optional(),
})
export type Party = z.infer<typeof Party>

const terms = {
  contributor: ContributorId,
  /** The contributor's own number for it: the second report of the same thing is recognised by it. */
  ownReference: ShortText,
  capability: CapabilityCode,
  /** Units of the catalogue; money gives `amount` instead. */
  quantity: Quantity.optional(),
  amount: Money.optional(),
  /** Units that go together: 2 of unit size 1 are two units that may serve apart. */
  unitSize: Quantity.optional(),
  divisible: z.boolean().optional(),
  /** standing: there on every day; stock: used up once (courses, flight hours). Money is stock, everything else standing unless said. */
  measure: z.enum(['standing', 'stock']).optional(),
  from: Day,
  to: Day,
  noticeDays: z.int().min(0).max(3_650).optional(),
  readiness: Readiness.optional(),
  minTourDays: z.int().min(1).max(3_650).optional(),
  languages: z.array(Language).max(20).optional(),
  standards: z.array(ShortText).max(50).optional(),
  caveats: z.array(Caveat).max(50).optional(),
  /** Only for these missions. */
  earmark: z.array(MissionId).max(50).optional(),
  /** Rather for these missions. */
  preference: z.array(MissionId).max(50).optional(),
  classification: Classification.optional(),
  /** Contributors and organisations whose members may see it. */
  releaseTo: z.array(ContributorId).max(200).optional(),
  validUntil: Day.optional(),
  /** Persons in one unit. */
  persons: Count.optional(),
  lease: z.enum(['wet', 'dry']).optional(),
  /** A joint pledge: counted once, each party with its part. */
  parties: z.array(Party).min(2).max(20).optional(),
  /** Who told us, when it was not the contributor itself. */
  reportedBy: ContributorId.optional(),
  /** The pledge from which this unit comes (a donated aircraft that another state flies): not counted twice. */
  derivedFrom: RecordId.optional(),
  /** The conference or event where it was announced. */
  announcedAt: ShortText.optional(),
  /** The physical unit, where the contributor names it; two pledges of one unit are a double pledge. */
  asset: RecordId.optional(),
  note: Text.optional(),
}
export const PledgeTerms = z.object(terms)
export type PledgeTerms = z.infer<typeof PledgeTerms>

const {
  contributor: _contributor,
  ownReference: _ownReference,
  capability: _capability,
  measure: _measure,
  reportedBy: _reportedBy,
  ...amendable
} = terms
const pledge = RecordId
/** Units, or minor units of money. */
const held = z.int().min(1).max(1_000_000_000_000)
const hold = { pledge, commitment: RecordId, quantity: held, from: Day, to: Day }
const deployment = {
  pledge,
  commitment: RecordId,
  quantity: held,
  on: Day,
  /** Tells apart what has the same quantity on the same day, such as two payments. */
  reference: RecordId.optional(),
}
const Amendment = z
  .strictObject({ pledge, ...amendable })
  .partial()
  .required({ pledge: true })

export const pledgeEvents = {
  PledgeSubmitted: z.object({ pledge, ...terms }),
  PledgeAcknowledged: z.object({ pledge }),
  PledgeAccepted: z.object({ pledge }),
  PledgeReturned: z.object({ pledge, reasons: z.array(Text).min(1).max(20) }),
  /** The new terms whole, and which fields differ from the version before. */
  PledgeAmended: z.object({ pledge, version: z.int().min(2), changed: z.array(z.string()), terms: PledgeTerms }),
  PledgeReadinessRaised: z.object({ pledge, level: Readiness, visit: ShortText, on: Day }),
  PledgeReadinessLowered: z.object({ pledge, level: Readiness, visit: ShortText, on: Day }),
  PledgeCaveatDeclared: z.object({ pledge, caveat: Caveat }),
  PledgeCaveatLifted: z.object({ pledge, caveat: Caveat }),
  PledgeRenewed: z.object({ pledge, validUntil: Day }),
  PledgeExpired: z.object({ pledge, on: Day }),
  CapacityReserved: z.object(hold),
  CapacityDeployed: z.object(deployment),
  /** Back before it was used: free again. */
  CapacityFreed: z.object({ pledge, commitment: RecordId, quantity: held, on: Day }),
  /** Came home: it has served and is not available again before the hold would have ended. */
  CapacityReleased: z.object({ pledge, commitment: RecordId, quantity: held, on: Day }),
  /** From `on` nothing of it is on offer any more; without that day, it never was. */
  PledgeWithdrawn: z.object({ pledge, reason: Text, on: Day.optional() }),
}
export type PledgeEvent = MessageOf<typeof pledgeEvents>

const eitherQuantityOrAmount = (p: { quantity?: number | undefined; amount?: Money | undefined }): boolean =>
  (p.quantity === undefined) !== (p.amount === undefined)

export const pledgeCommands = {
  /** `pledge` may name the id; without it the id is derived from the terms, so that the same wish finds the same pledge. */
  SubmitPledge: withWindow(
    z
      .strictObject({ pledge: pledge.optional(), ...terms })
      .refine(eitherQuantityOrAmount, { path: ['quantity'], message: 'give quantity, or amount for money, and not both' }),
  ),
  AcknowledgePledge: z.strictObject({ pledge }),
  AcceptPledge: z.strictObject({ pledge }),
  ReturnPledge: z.strictObject({ pledge, reasons: z.array(Text).min(1).max(20) }),
  AmendPledge: withWindow(Amendment),
  /** After a visit: the level found, up or down. */
  AssessReadiness: z.strictObject({ pledge, level: Readiness, visit: ShortText, on: Day }),
  DeclareCaveat: z.strictObject({ pledge, caveat: Caveat }),
  LiftCaveat: z.strictObject({ pledge, caveat: Caveat }),
  /** Without a day: for six months from the day on which the renewal takes effect. */
  RenewPledge: z.strictObject({ pledge, validUntil: Day.optional() }),
  ExpirePledge: z.strictObject({ pledge, on: Day }),
  /** What the commitment says of itself is held against the pledge: whose, what, in which money, for which mission. */
  ReserveCapacity: withWindow(
    z.strictObject({
      ...hold,
      contributor: ContributorId.optional(),
      capability: CapabilityCode.optional(),
      currency: Currency.optional(),
      mission: MissionId.optional(),
    }),
  ),
  DeployCapacity: z.strictObject(deployment),
  /** Ends a hold, whole or in part: what had been deployed is released, what had not is free again. */
  ReleaseCapacity: z.strictObject({ pledge, commitment: RecordId, quantity: held.optional(), on: Day }),
  WithdrawPledge: z.strictObject({ pledge, reason: Text }),
}
export type PledgeCommand = MessageOf<typeof pledgeCommands>
