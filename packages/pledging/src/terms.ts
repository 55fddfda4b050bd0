/** What a pledge says, and which of it cannot stand. */
import type { PledgeTerms } from '@muster/contracts/pledging'
import type { Envelope } from '@muster/kernel/decider'
import { implausibleDay, implausibleWindow } from '@muster/kernel/plausible'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { addMonths, type Day } from '@muster/kernel/time'
import type { Offer } from './capacity.ts'

/** A rapidly deployable unit is there within 60 days of a request (PCRS, rapid deployment level). */
const RAPID_LEVEL = 4
const RAPID_NOTICE_DAYS = 60
/** "Renewed every six months after an initial period of 12 months" (PCRS). */
const INITIAL_MONTHS = 12
const RENEWAL_MONTHS = 6
/** Ten trillion of a currency with cents; every sum of such amounts stays an exact number. */
const MOST_MINOR_UNITS = 1_000_000_000_000_000
export const MOST_CAVEATS = 50

/** Units of the catalogue, or minor units of the amount's currency. */
export const quantityOf = ({ quantity, amount }: PledgeTerms): number =>
  amount === undefined ? (quantity ?? 0) : Number(amount.amount)

export const readinessOf = ({ readiness }: PledgeTerms): number => readiness ?? 1

export const offerOf = (terms: PledgeTerms): Offer => ({
  quantity: quantityOf(terms),
  unitSize: terms.divisible === true ? 1 : (terms.unitSize ?? 1),
  stock: terms.amount !== undefined || terms.measure === 'stock',
  from: terms.from,
  to: terms.to,
})

export const firstValidity = (effectiveOn: Day): Day => addMonths(effectiveOn, INITIAL_MONTHS)
export const nextValidity = (from: Day): Day => addMonths(from, RENEWAL_MONTHS)

type Moment = Pick<Envelope<unknown>, 'at' | 'effectiveOn'>

/** A window that cannot be meant, or that was over before it was offered. */
export const unsoundWindow = ({ from, to }: PledgeTerms, { at, effectiveOn }: Moment): Rejection | undefined => {
  if (from >= to) return rejected('window-ends-before-it-begins', `Let the window end after ${from}.`, { pointer: '/to' })
  if (to <= effectiveOn) {
    return rejected('window-is-over', `The window ended on ${to}; offer days after ${effectiveOn}.`, {
      pointer: '/to',
      details: { effectiveOn },
    })
  }
  return implausibleWindow({ from, to }, at)
}

export const unsoundValidity = (validUntil: Day, { at, effectiveOn }: Moment): Rejection | undefined =>
  validUntil <= effectiveOn
    ? rejected('validity-is-over', `Let it be valid beyond ${effectiveOn}.`, { pointer: '/validUntil', details: { effectiveOn } })
    : implausibleDay(validUntil, at, '/validUntil')

/** What contradicts itself within the terms, whatever the moment. */
export const contradiction = (id: string, terms: PledgeTerms): Rejection | undefined =>
  unsoundQuantity(terms) ??
  unsoundParties(terms) ??
  slowAtRapidLevel(terms) ??
  (terms.reportedBy === terms.contributor
    ? rejected('reported-by-itself', 'Leave reportedBy out when the contributor itself reports.', { pointer: '/reportedBy' })
    : undefined) ??
  (terms.derivedFrom === id
    ? rejected('derived-from-itself', 'Name the other pledge from which this one comes.', { pointer: '/derivedFrom' })
    : undefined)

const unsoundQuantity = (terms: PledgeTerms): Rejection | undefined => {
  const { quantity, unitSize } = offerOf(terms)
  if (terms.amount !== undefined && quantity > MOST_MINOR_UNITS) {
    return rejected('implausible-amount', `No more than ${MOST_MINOR_UNITS} minor units can be meant.`, {
      pointer: '/amount/amount',
    })
  }
  return quantity % unitSize === 0
    ? undefined
    : rejected('not-whole-units', `${quantity} is not a whole number of units of ${unitSize}; correct it, or say divisible.`, {
        pointer: terms.amount === undefined ? '/quantity' : '/amount/amount',
        details: { unitSize },
      })
}

const unsoundParties = ({ parties = [] }: PledgeTerms): Rejection | undefined => {
  const named = new Set<string>()
  for (const [index, { contributor }] of parties.entries()) {
    if (named.has(contributor)) {
      return rejected('party-named-twice', `Name ${contributor} once, with its whole part.`, {
        pointer: `/parties/${index}/contributor`,
      })
    }
    named.add(contributor)
  }
  return parties.filter(({ role }) => role === 'lead').length > 1
    ? rejected('several-leads', 'Let one party lead.', { pointer: '/parties' })
    : undefined
}

/** Conditions that leave nothing to serve: what a pledge is meant for may not be what its caveats exclude. */
export const selfDefeating = ({
  caveats = [],
  earmark = [],
  preference = [],
  minTourDays,
}: PledgeTerms): Rejection | undefined => {
  for (const caveat of caveats) {
    if (caveat.kind === 'not-in-mission') {
      const field = earmark.includes(caveat.mission) ? 'earmark' : preference.includes(caveat.mission) ? 'preference' : undefined
      if (field === undefined) continue
      const message = `${caveat.mission} is both its ${field} and excluded by a caveat; drop one of them.`
      return rejected('caveat-against-earmark', message, { pointer: `/${field}`, details: { mission: caveat.mission } })
    }
    if (caveat.kind === 'max-stay' && minTourDays !== undefined && minTourDays > caveat.days) {
      const message = `It may stay ${caveat.days} days at most and serves ${minTourDays} at least; shorten the tour.`
      return rejected('tour-longer-than-stay', message, { pointer: '/minTourDays', details: { minTourDays, most: caveat.days } })
    }
  }
  return undefined
}
/** Fields that can defeat each other. */
export const conditions: ReadonlyArray<keyof PledgeTerms> = ['caveats', 'earmark', 'preference', 'minTourDays']

/** The rapid level promises 60 days; longer notice contradicts it. */
export const slowAtRapidLevel = (terms: PledgeTerms, pointer = '/noticeDays'): Rejection | undefined =>
  readinessOf(terms) === RAPID_LEVEL && (terms.noticeDays ?? 0) > RAPID_NOTICE_DAYS
    ? rejected(
        'notice-too-long',
        `Readiness ${RAPID_LEVEL} means deployment within ${RAPID_NOTICE_DAYS} days; shorten the notice.`,
        {
          pointer,
          details: { noticeDays: terms.noticeDays, most: RAPID_NOTICE_DAYS },
        },
      )
    : undefined
