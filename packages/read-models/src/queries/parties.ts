/** Joint pledges: counted once, each party with its part. */
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge } from '../tables/pledges.ts'
import { heldAt, type AsOf } from './as-of.ts'

export interface Part {
  readonly contributor: string
  readonly part: number
}

/** Splits a value after the parts; what does not divide goes to the first, so that the sum is kept. */
export const partsOf = (
  value: bigint,
  contributor: string,
  parties: ReadonlyArray<Part> | undefined,
): ReadonlyArray<{ readonly contributor: string; readonly value: bigint }> => {
  if (parties === undefined || parties.length === 0) return [{ contributor, value }]
  const whole = parties.reduce((sum, { part }) => sum + BigInt(part), 0n)
  const shares = parties.map((each) => ({ contributor: each.contributor, value: (value * BigInt(each.part)) / whole }))
  const given = shares.reduce((sum, share) => sum + share.value, 0n)
  return shares.map((share, index) => (index === 0 ? { ...share, value: share.value + value - given } : share))
}

/** Parties of joint pledges, by pledge; pledges of one contributor are not in it. */
export const partiesOf = async (
  readModels: ReadModels,
  { asOf, pledges }: AsOf & { readonly pledges: ReadonlyArray<string> },
): Promise<ReadonlyMap<string, ReadonlyArray<Part>>> => {
  const parties = new Map<string, ReadonlyArray<Part>>()
  const ids = [...new Set(pledges)]
  for (let at = 0; at < ids.length; at += 500) {
    const rows = await readModels
      .db()
      .selectFrom('pledge')
      .selectAll('pledge')
      .where('pledge.key', 'in', ids.slice(at, at + 500))
      .where(heldAt('pledge', asOf))
      .execute()
    for (const stored of rows) {
      const { id, terms } = rowOf(pledge, stored)
      if (terms.parties !== undefined) parties.set(id, terms.parties)
    }
  }
  return parties
}
