/** Whether a pledge is for a commitment at all, whatever is free of it. A commitment that says nothing of itself is not looked at. */
import type { Of } from '@muster/contracts/message'
import type { PledgeCommand, PledgeTerms } from '@muster/contracts/pledging'
import { rejected, type Rejection } from '@muster/kernel/rejection'

type Wish = Of<PledgeCommand, 'ReserveCapacity'>

export const unfitFor = (wish: Wish, terms: PledgeTerms): Rejection | undefined =>
  otherThing(wish, terms) ?? elsewhere(wish, terms)

const otherThing = (
  { contributor, capability, currency }: Wish,
  { contributor: owner, capability: pledged, amount }: PledgeTerms,
): Rejection | undefined => {
  if (contributor !== undefined && contributor !== owner) {
    return rejected('not-its-contributor', `It is pledged by ${owner}; only ${owner} can commit it.`, {
      pointer: '/contributor',
      details: { contributor: owner },
    })
  }
  if (capability === undefined) return undefined
  if (capability !== pledged) {
    return rejected('other-capability', `${pledged} is pledged; commit that, for a requirement that accepts it.`, {
      pointer: '/capability',
      details: { capability: pledged },
    })
  }
  return currency === amount?.currency
    ? undefined
    : rejected('wrong-currency', `It is pledged in ${amount?.currency ?? 'kind'}; commit it so.`, {
        pointer: '/currency',
        details: { currency: amount?.currency },
      })
}

/** A caveat binds until it is lifted, and an earmark until it is amended, also when a proposal is accepted all the same. */
const elsewhere = ({ mission }: Wish, { caveats = [], earmark = [] }: PledgeTerms): Rejection | undefined => {
  if (mission === undefined) return undefined
  if (caveats.some((caveat) => caveat.kind === 'not-in-mission' && caveat.mission === mission)) {
    return rejected('caveat-excludes-mission', `A caveat excludes ${mission}; lift it first.`, {
      pointer: '/mission',
      details: { mission },
    })
  }
  return earmark.length === 0 || earmark.includes(mission)
    ? undefined
    : rejected('earmarked-elsewhere', `It is only for ${earmark.join(', ')}; amend the earmark first.`, {
        pointer: '/mission',
        details: { earmark },
      })
}
