/** Days that nobody can have meant: one slip of the keyboard must not stretch every sweep and every report over centuries. */
import { rejected, type Rejection } from './rejection.ts'
import { addMonths, dayOfInstant, firstDayOf, type Day, type Instant, type Month, type Window } from './time.ts'

/** The United Nations dates from that year. */
const EARLIEST: Day = '1945-01-01'
/** Thirty years: longer than any mandate, lease or planning horizon. */
const MONTHS_AHEAD = 360

/** Refuses a day before 1945 or more than thirty years after the moment of the command. */
export const implausibleDay = (day: Day, at: Instant, pointer: string): Rejection | undefined => {
  const latest = addMonths(dayOfInstant(at), MONTHS_AHEAD)
  return day < EARLIEST || day > latest
    ? rejected('implausible-day', `${day} cannot be meant; give a day from ${EARLIEST} to ${latest}.`, {
        pointer,
        details: { earliest: EARLIEST, latest },
      })
    : undefined
}

/** Refuses a window that begins or ends on an implausible day, or lasts longer than thirty years; the pointers are `/from` and `/to`. */
export const implausibleWindow = ({ from, to }: Window, at: Instant): Rejection | undefined =>
  implausibleDay(from, at, '/from') ??
  implausibleDay(to, at, '/to') ??
  (to > addMonths(from, MONTHS_AHEAD)
    ? rejected(
        'implausible-window',
        `A window of more than thirty years cannot be meant; end it by ${addMonths(from, MONTHS_AHEAD)}.`,
        {
          pointer: '/to',
        },
      )
    : undefined)

/** Refuses a day as that of something that has happened when it lies after both the moment of the command and the day it takes effect. */
export const notYet = (on: Day, moment: Moment): Rejection | undefined =>
  isYetToCome(on, moment)
    ? rejected('in-the-future', `${on} lies in the future; record it when it has come.`, { pointer: '/on' })
    : undefined

/** Refuses a month of which nothing can have been counted: one that has not begun yet, or that nobody can mean. */
export const uncountableMonth = (month: Month, moment: Moment): Rejection | undefined =>
  isYetToCome(firstDayOf(month), moment)
    ? rejected('in-the-future', `${month} lies in the future; report what was counted.`, { pointer: '/month' })
    : implausibleDay(firstDayOf(month), moment.at, '/month')

interface Moment {
  readonly at: Instant
  readonly effectiveOn: Day
}

const isYetToCome = (day: Day, { at, effectiveOn }: Moment): boolean => day > dayOfInstant(at) && day > effectiveOn
