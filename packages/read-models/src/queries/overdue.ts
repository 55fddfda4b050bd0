/** Pledges whose validity has run out, and nobody has said so yet. */
import type { Day } from '@muster/kernel/time'
import type { ReadModels } from '../read-models.ts'
import { rowOf } from '../table.ts'
import { pledge, type PledgeRow } from '../tables/pledges.ts'
import { heldAt, type AsOf } from './as-of.ts'

/** A pledge does not end while a commitment still holds some of it. */
const isHeld = ({ stretches }: PledgeRow, day: Day): boolean =>
  stretches.some(({ to, reserved, deployed }) => to > day && reserved + deployed > 0)

/** Ids, in order. */
export const overduePledges = async (
  readModels: ReadModels,
  { asOf, day }: AsOf & { readonly day: Day },
): Promise<ReadonlyArray<string>> => {
  const rows = await readModels
    .db()
    .selectFrom('pledge')
    .selectAll('pledge')
    .where('pledge.status', 'in', ['submitted', 'acknowledged', 'accepted', 'returned'])
    .where('pledge.validUntil', '<=', day)
    .where(heldAt('pledge', asOf))
    .orderBy('pledge.key')
    .execute()
  return rows
    .map((stored) => rowOf(pledge, stored))
    .filter((row) => !isHeld(row, day))
    .map(({ id }) => id)
}
