/** Contributors, the capability catalogue, scales of assessments, policies, exchange rates: the ground the rest stands on. */
import { z } from 'zod'
import {
  CapabilityCode,
  ContributorId,
  Count,
  Currency,
  Day,
  Dimension,
  RecordId,
  ShortText,
  Text,
  withWindow,
} from './primitives.ts'
import type { MessageOf } from './message.ts'

const Source = ShortText.describe('where the figure comes from')

/** What a figure of capacity measures; a policy names one of them as the key of a dimension. */
export const CapacityKey = z
  .enum(['population', 'armed-forces', 'military-expenditure', 'gdp', 'assessed-scale'])
  .meta({ id: 'CapacityKey' })
export type CapacityKey = z.infer<typeof CapacityKey>

const contributor = {
  contributor: ContributorId,
  kind: z.enum(['state', 'organisation']),
  name: ShortText,
  region: ShortText.optional(),
  subregion: ShortText.optional(),
  /** Permanent member of the Security Council: a warning with a reason where it contributes, never a ban. */
  permanentMember: z.boolean().optional(),
  /** States with a common land border. */
  neighbours: z.array(ContributorId).optional(),
}
const affiliation = { contributor: ContributorId, organisation: ContributorId, from: Day, to: Day.optional() }
const figure = {
  contributor: ContributorId,
  key: CapacityKey,
  year: z.int().min(1900).max(2200),
  /** Persons, or US dollars, as a whole number. */
  value: z.int().min(0),
  source: Source,
}

export const contributorEvents = {
  ContributorRegistered: z.object(contributor),
  ContributorDescribed: z.object(contributor),
  ContributorAffiliated: z.object(affiliation),
  AffiliationEnded: z.object({ contributor: ContributorId, organisation: ContributorId, on: Day }),
  CapacityFigureAdopted: z.object(figure),
}
export type ContributorEvent = MessageOf<typeof contributorEvents>

export const contributorCommands = {
  RegisterContributor: z.strictObject(contributor),
  AffiliateContributor: withWindow(z.strictObject(affiliation)),
  EndAffiliation: z.strictObject({ contributor: ContributorId, organisation: ContributorId, on: Day }),
  AdoptCapacityFigure: z.strictObject(figure),
}
export type ContributorCommand = MessageOf<typeof contributorCommands>

export const CapabilityCategory = z
  .enum([
    'infantry',
    'formed-police',
    'engineering',
    'medical',
    'aviation',
    'isr',
    'signals',
    'transport',
    'eod',
    'hq-support',
    'special-forces',
    'riverine',
    'military-police',
    'staff-officer',
    'observer',
    'individual-police',
    'corrections',
    'training',
    'strategic-lift',
    'equipment',
    'intelligence-support',
    'funding',
    'strength',
  ])
  .meta({ id: 'CapabilityCategory' })

const capability = {
  capability: CapabilityCode,
  name: ShortText,
  category: CapabilityCategory,
  dimension: Dimension,
  /** standing: counted on every day; stock: used up once */
  measure: z.enum(['standing', 'stock']),
  unit: ShortText.describe('unit | person | aircraft | course | flight-hour | minor currency unit …'),
  /** Persons in one unit, when it is a unit of persons. */
  typicalPersons: Count.optional(),
  divisible: z.boolean(),
  /** US dollars per unit and month (stock: per unit), the value of a contribution. */
  monthValueUsd: z.int().min(0).optional(),
  source: Source,
}

export const capabilityEvents = {
  CapabilityDefined: z.object(capability),
  CapabilityRevised: z.object(capability),
}
export type CapabilityEvent = MessageOf<typeof capabilityEvents>
export const capabilityCommands = { DefineCapability: z.strictObject(capability) }
export type CapabilityCommand = MessageOf<typeof capabilityCommands>

/** Parts per million of the whole, so that 22.0000 % is 220000 (scales are published to four decimals of a per cent at most). */
export const SharePpm = z.int().min(0).max(1_000_000)
const scale = {
  scale: RecordId.describe('the period, for example 2025-2027'),
  from: Day,
  to: Day,
  /** Which rates of this period the source gives; a missing one is not given, not zero. */
  rates: z
    .array(z.object({ contributor: ContributorId, regularPpm: SharePpm.optional(), peacekeepingPpm: SharePpm.optional() }))
    .min(1)
    .max(400),
  source: Source,
  note: Text.optional(),
}
export const scaleEvents = { ScaleAdopted: z.object(scale), ScaleCorrected: z.object(scale) }
export type ScaleEvent = MessageOf<typeof scaleEvents>
export const scaleCommands = { AdoptScale: withWindow(z.strictObject(scale)) }
export type ScaleCommand = MessageOf<typeof scaleCommands>

/** Names of the published methods by which capacity is measured; all are always shown side by side. */
export const BurdenMethod = z
  .enum(['policy', 'assessed-scale', 'gdp', 'population', 'armed-forces', 'military-expenditure', 'equal', 'regional'])
  .meta({ id: 'BurdenMethod' })
export type BurdenMethod = z.infer<typeof BurdenMethod>

/** Parts per thousand. */
const Permille = z.int().min(0).max(100_000)
export const PolicyTerms = z.object({
  /** Key of capacity per dimension; `equal` gives everyone the same. */
  keys: z.object({ personnel: BurdenMethod, equipment: BurdenMethod, funding: BurdenMethod }),
  /** Weights of the dimensions in the composite. */
  weights: z.object({ personnel: Permille, equipment: Permille, funding: Permille }),
  /** ρ outside the band raises an imbalance flag; thousandths, 1000 = a fair share. */
  band: z.object({ lowPermille: Permille, highPermille: Permille }),
  /** Coverage that balance may give up, parts per million. */
  slackPpm: z.int().min(0).max(1_000_000),
  maxMissionsPerContributor: z.int().min(1).nullable(),
  thresholds: z.object({
    top1Permille: Permille,
    top5Permille: Permille,
    hhiPermille: Permille,
    giniPermille: Permille,
    /** Fall of coverage within `cliffMonths` that counts as a rotation cliff. */
    cliffPermille: Permille,
    cliffMonths: z.int().min(1).max(60),
    /** Smallest part of a requirement that counts as filled. */
    filledPermille: Permille,
    /** Firm and pledged above the need that counts as over-subscribed. */
    oversubscribedPermille: Permille,
    staleFigureYears: z.int().min(1).max(50),
    /** Part of a whole burden that a contributor must be missing to be flagged on its own; 10 where the policy does not say. */
    materialPermille: Permille.optional(),
    womenTroopsPermille: Permille,
    womenExpertsPermille: Permille,
    womenFormedPolicePermille: Permille,
    womenIndividualPolicePermille: Permille,
  }),
})
export type PolicyTerms = z.infer<typeof PolicyTerms>
const policy = { policy: RecordId, from: Day, terms: PolicyTerms, source: Source }
export const policyEvents = { PolicyAdopted: z.object(policy) }
export type PolicyEvent = MessageOf<typeof policyEvents>
export const policyCommands = { AdoptPolicy: z.strictObject(policy) }
export type PolicyCommand = MessageOf<typeof policyCommands>

const rate = {
  currency: Currency,
  on: Day,
  /** US dollars for one million minor units of the currency, in US cents: integers only. */
  centsPerMillion: z.int().min(1),
  source: Source,
}
export const exchangeRateEvents = { ExchangeRateRecorded: z.object(rate) }
export type ExchangeRateEvent = MessageOf<typeof exchangeRateEvents>
export const exchangeRateCommands = { RecordExchangeRate: z.strictObject(rate) }
export type ExchangeRateCommand = MessageOf<typeof exchangeRateCommands>
