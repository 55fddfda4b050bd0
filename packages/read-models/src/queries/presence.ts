/** What a commitment has in place on a day. */
import type { Day } from '@muster/kernel/time'
import type { CapabilityRow } from '../tables/ground.ts'
import type { CommitmentRow } from '../tables/pledges.ts'

type Movements = Pick<CommitmentRow, 'deployments' | 'repatriations'>

/** Units that had arrived and not gone home by the end of a day. */
export const presentOn = ({ deployments, repatriations }: Movements, day: Day): number =>
  deployments.reduce((sum, { quantity, on }) => (on <= day ? sum + quantity : sum), 0) -
  repatriations.reduce((sum, { quantity, on }) => (on <= day ? sum + quantity : sum), 0)

/** Units of stock used by the end of a day: it does not come home. */
export const usedBy = ({ deployments }: Movements, day: Day): number =>
  deployments.reduce((sum, { quantity, on }) => (on <= day ? sum + quantity : sum), 0)

/** Undertakings that bind: accepted or further, and neither declined nor cancelled. */
export const isFirm = ({ status }: Pick<CommitmentRow, 'status'>): boolean =>
  status === 'accepted' || status === 'signed' || status === 'deployed' || status === 'repatriated' || status === 'paid'

/** Persons in one unit: as the pledge says, else the catalogue's usual size, else one. */
export const personsPerUnit = (pledged: number | null | undefined, capability: CapabilityRow | undefined): number =>
  pledged ?? capability?.typicalPersons ?? 1
