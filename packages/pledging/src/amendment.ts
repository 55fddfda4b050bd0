/** Amending a pledge: a new version of its terms, never below what is spoken for. */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { payloadOf, type Of } from '@muster/contracts/message'
import { PledgeTerms, type PledgeCommand, type PledgeEvent } from '@muster/contracts/pledging'
import type { Envelope } from '@muster/kernel/decider'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { same } from '@muster/kernel/same'
import type { Day } from '@muster/kernel/time'
import { stretchesOf } from './capacity.ts'
import { bookingsOf, holdersOf, validUntilOf, type Registered } from './record.ts'
import { conditions, contradiction, offerOf, readinessOf, selfDefeating, unsoundValidity, unsoundWindow } from './terms.ts'

type Field = keyof PledgeTerms
const FIELDS: ReadonlyArray<Field> = PledgeTerms.keyof().options

/** Only the fields that the command gives can change; giving them all as they are changes nothing. */
export const amend = (
  command: Of<PledgeCommand, 'AmendPledge'>,
  moment: Pick<Envelope<PledgeCommand>, 'at' | 'effectiveOn'>,
  now: Registered,
): Either<Rejection, ReadonlyArray<PledgeEvent>> => {
  const { pledge, ...fields } = payloadOf(command)
  const wish = given(fields)
  const terms: PledgeTerms = { ...now.terms, ...wish, from: wish.from ?? now.terms.from, to: wish.to ?? now.terms.to }
  const changed = FIELDS.filter((field) => !same(terms[field], now.terms[field]))
  if (changed.length === 0) return right([])
  const fault =
    otherUnit(terms, now) ??
    (changed.includes('from') || changed.includes('to') ? unsoundWindow(terms, moment) : undefined) ??
    (changed.includes('validUntil') ? longerValidity(terms.validUntil ?? terms.to, moment, now) : undefined) ??
    higherReadiness(terms, now) ??
    contradiction(now.id, terms) ??
    // A caveat declared since the last version stands beside the earmark; whoever amends neither need not settle that.
    (conditions.some((field) => changed.includes(field)) ? selfDefeating(terms) : undefined) ??
    belowWhatIsSpokenFor(terms, now) ??
    unitsCutApart(terms, now)
  return fault === undefined ? right([{ type: 'PledgeAmended', pledge, version: now.version + 1, changed, terms }]) : left(fault)
}

const given = <T extends object>(fields: T): T => {
  const copy = { ...fields }
  for (const field in copy) if (copy[field] === undefined) delete copy[field]
  return copy
}

const otherUnit = (terms: PledgeTerms, now: Registered): Rejection | undefined => {
  if (terms.quantity !== undefined && terms.amount !== undefined) {
    return now.terms.amount === undefined
      ? rejected('unit-fixed', 'It is pledged in kind; submit money as a pledge of its own.', { pointer: '/amount' })
      : rejected('unit-fixed', 'It is pledged in money; amend the amount.', { pointer: '/quantity' })
  }
  const currency = now.terms.amount?.currency
  return terms.amount?.currency !== currency && now.holds.size > 0
    ? rejected('currency-fixed', `Commitments are drawn from it in ${currency}; keep that currency.`, {
        pointer: '/amount/currency',
        details: { currency },
      })
    : undefined
}

const longerValidity = (
  validUntil: Day,
  moment: Pick<Envelope<PledgeCommand>, 'at' | 'effectiveOn'>,
  now: Registered,
): Rejection | undefined =>
  validUntil > validUntilOf(now)
    ? rejected('renewal-needed', 'Renew the pledge to let it stand longer.', { pointer: '/validUntil' })
    : unsoundValidity(validUntil, moment)

const higherReadiness = (terms: PledgeTerms, { standing, terms: before }: Registered): Rejection | undefined =>
  standing.status === 'accepted' && readinessOf(terms) > readinessOf(before)
    ? rejected('visit-needed', 'Only a visit raises the readiness of an accepted pledge.', { pointer: '/readiness' })
    : undefined

const belowWhatIsSpokenFor = (terms: PledgeTerms, now: Registered): Rejection | undefined => {
  const [short] = stretchesOf(bookingsOf(now, terms))
    .filter(({ free }) => free < 0)
    .toSorted((a, b) => a.free - b.free)
  if (short === undefined) return undefined
  const spokenFor = short.pledged - short.free
  return rejected('below-what-is-spoken-for', `${spokenFor} is spoken for on ${short.from}; offer at least that on that day.`, {
    details: { day: short.from, spokenFor, offered: short.pledged },
  })
}

/** What is held serves in whole units, of the new size too. */
const unitsCutApart = (terms: PledgeTerms, now: Registered): Rejection | undefined => {
  const { unitSize } = offerOf(terms)
  const cut = holdersOf(now).find((commitment) => (now.holds.get(commitment)?.quantity ?? 0) % unitSize !== 0)
  return cut === undefined
    ? undefined
    : rejected('not-whole-units', `${cut} holds units that do not make up ${unitSize}; keep the unit size, or end it first.`, {
        pointer: '/unitSize',
        details: { unitSize, commitment: cut },
      })
}
