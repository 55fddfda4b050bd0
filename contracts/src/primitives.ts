/** The small words every command, event and document is made of. Quantities are integers in their unit; nothing is a float. */
import { z } from 'zod'

const calendarDay = z.iso.date('a day as YYYY-MM-DD')

/** `2027-03-01` */
export const Day = calendarDay.meta({ id: 'Day', description: 'A day, YYYY-MM-DD' })
/** `2027-03` */
export const Month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month as YYYY-MM')
  .meta({ id: 'Month', description: 'A calendar month, YYYY-MM' })
/** `2027-03-01T12:00:00Z` */
export const Instant = z.iso.datetime().meta({ id: 'Instant', description: 'An instant in UTC, ISO 8601' })

/** ISO 3166-1 alpha-3 for states, the usual short name for organisations: `NPL`, `AU`, `ECOWAS`. */
export const ContributorId = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{1,15}$/, 'a contributor such as NPL or AU')
  .meta({ id: 'ContributorId' })
/** `MINUSMA` */
export const MissionId = z
  .string()
  .regex(/^[A-Z][A-Z0-9-]{1,23}$/, 'a mission acronym such as UNMISS')
  .meta({ id: 'MissionId' })
/** `INF-BN`, `FUNDING` */
export const CapabilityCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9-]{0,23}$/, 'a capability of the catalogue such as INF-BN')
  .meta({ id: 'CapabilityCode' })
/** ids that users or the engine choose: pledges, requirements, commitments, plans, flags */
export const RecordId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'an id of letters, digits, dot, dash, colon or underscore')
  .meta({ id: 'RecordId' })

/** Upper limit of any count of persons, units or items: absurd figures are refused at the door. */
export const MAX_QUANTITY = 1_000_000
export const Quantity = z.int().min(1).max(MAX_QUANTITY).meta({ id: 'Quantity', description: 'A positive whole number of units' })
export const Count = z.int().min(0).max(MAX_QUANTITY).meta({ id: 'Count', description: 'A whole number, zero or more' })

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'an ISO 4217 currency')
  .meta({ id: 'Currency' })
/** Minor units as a decimal string, so that no reader rounds it: `{"amount":"12500000","currency":"USD"}` is USD 125,000.00. */
export const Money = z
  .strictObject({ amount: z.string().regex(/^[1-9]\d{0,17}$/, 'a positive whole number of minor units'), currency: Currency })
  .meta({ id: 'Money' })
export type Money = z.infer<typeof Money>

export const Text = z.string().trim().min(1).max(2_000)
export const ShortText = z.string().trim().min(1).max(200)
/** BCP 47 primary language: `en`, `fr` */
export const Language = z
  .string()
  .regex(/^[a-z]{2,3}$/, 'a language such as fr')
  .meta({ id: 'Language' })

/** 1 registered, 2 visited, 3 aligned with the requirement, 4 rapidly deployable (within 60 days). */
export const Readiness = z.int().min(1).max(4).meta({ id: 'Readiness' })

export const Classification = z.enum(['unclassified', 'confidential', 'strictly-confidential']).meta({ id: 'Classification' })
export type Classification = z.infer<typeof Classification>

export const Dimension = z.enum(['personnel', 'equipment', 'funding']).meta({ id: 'Dimension' })
export type Dimension = z.infer<typeof Dimension>

const orderedWindow = (w: { from?: string | undefined; to?: string | undefined }): boolean =>
  w.from === undefined || w.to === undefined || w.from < w.to

/** Adds the rule that a half-open window `[from, to)` must end after it begins. */
export const withWindow = <S extends z.ZodType<{ from?: string | undefined; to?: string | undefined }>>(schema: S): S =>
  schema.refine(orderedWindow, { path: ['to'], message: 'the window must end after it begins' })
