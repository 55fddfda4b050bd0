/**
 * Time as the domain sees it: whole days, months and instants. All of it is text in ISO 8601, compared as text;
 * day numbers (days since 1970-01-01, UTC) serve arithmetic. Windows are half-open: `[from, to)`.
 */

/** `2027-03-01` */
export type Day = string
/** `2027-03` */
export type Month = string
/** `2027-03-01T12:00:00.000Z` */
export type Instant = string
/** Days since 1970-01-01 UTC. */
export type DayNumber = number

export interface Window {
  readonly from: Day
  readonly to: Day
}

/** The one source of the present moment; composition roots pass the real one, tests a frozen one. */
export type Clock = () => Instant

const MS_PER_DAY = 86_400_000

/** Day number of an ISO day. The text must be a valid day; schemas guarantee that at the boundary. */
export const dayNumber = (day: Day): DayNumber => Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY

export const dayOf = (number: DayNumber): Day => new Date(number * MS_PER_DAY).toISOString().slice(0, 10)

export const dayOfInstant = (instant: Instant): Day => instant.slice(0, 10)

export const monthOf = (day: Day): Month => day.slice(0, 7)

export const firstDayOf = (month: Month): Day => `${month}-01`

export const addDays = (day: Day, days: number): Day => dayOf(dayNumber(day) + days)

/** Moves by calendar months; the day of the month is kept where it exists, else the month's last day. */
export const addMonths = (day: Day, months: number): Day => {
  const year = Number(day.slice(0, 4))
  const index = year * 12 + Number(day.slice(5, 7)) - 1 + months
  const target = `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`
  const last = daysIn(target)
  return `${target}-${String(Math.min(Number(day.slice(8, 10)), last)).padStart(2, '0')}`
}

export const nextMonth = (month: Month): Month => monthOf(addMonths(firstDayOf(month), 1))

/** Number of days in a calendar month. */
export const daysIn = (month: Month): number =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate()

/** Every month from the first to the last, both included. */
export const monthsBetween = (first: Month, last: Month): ReadonlyArray<Month> => {
  const months: Month[] = []
  for (let month = first; month <= last; month = nextMonth(month)) months.push(month)
  return months
}

export const covers = (window: Window, day: Day): boolean => window.from <= day && day < window.to

export const overlaps = (a: Window, b: Window): boolean => a.from < b.to && b.from < a.to

/** The common part of two windows, if there is one. */
export const intersection = (a: Window, b: Window): Window | undefined => {
  const from = a.from > b.from ? a.from : b.from
  const to = a.to < b.to ? a.to : b.to
  return from < to ? { from, to } : undefined
}
