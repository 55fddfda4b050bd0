/** The rule about who sees what exists twice: as a function over a label, and as a condition in SQL. They must never differ. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '@muster/contracts/events'
import type { Label } from '@muster/contracts/label'
import { isLeft } from 'fp-ts/lib/Either.js'
import { openSqliteReadModels, type ReadModelStore } from '@muster/read-models/open'
import { listPledges } from '@muster/read-models/queries/pledges'
import { wholeLog } from '@muster/read-models/slots'
import { principalOf, type Principal } from '@muster/sovereignty/principal'
import { clearanceOf, view } from '@muster/sovereignty/view'

const names = ['NPL', 'RWA', 'IND', 'AU', 'EU'] as const
const classifications = ['unclassified', 'confidential', 'strictly-confidential'] as const
const releases: ReadonlyArray<ReadonlyArray<string>> = [[], ['RWA'], ['AU'], ['AU', 'RWA'], ['AU', 'EU', 'IND']]

/** One pledge for every owner, classification and release list, some of them joint. Synthetic. */
const pledges: ReadonlyArray<{ readonly id: string; readonly label: Label; readonly event: DomainEvent }> = (
  ['NPL', 'RWA', 'IND'] as const
).flatMap((contributor) =>
  classifications.flatMap((classification) =>
    releases.flatMap((releaseTo) =>
      [undefined, 'IND'].map((partner) => {
        const id = [contributor, classification, releaseTo.join('+'), partner ?? 'alone'].join('.')
        const joint = partner !== undefined && partner !== contributor
        const event: DomainEvent = {
          type: 'PledgeSubmitted',
          pledge: id,
          contributor,
          ownReference: id,
          capability: 'INF-BN',
          quantity: 1,
          from: '2027-01-01',
          to: '2028-01-01',
          classification,
          releaseTo: [...releaseTo],
          ...(joint
            ? {
                parties: [
                  { contributor, part: 1, role: 'lead' as const },
                  { contributor: partner, part: 1 },
                ],
              }
            : {}),
        }
        const label: Label = { owners: joint ? [contributor, partner] : [contributor], classification, releaseTo: [...releaseTo] }
        return { id, label, event }
      }),
    ),
  ),
)

let folder = ''
let readModels: ReadModelStore
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-visibility-'))
  readModels = await openSqliteReadModels(join(folder, 'read.db'), { clock: () => '2027-01-01T00:00:00.000Z' })
  const [generation] = await readModels.generations()
  const applied = await readModels.apply(
    { generation: generation?.id ?? 0, checkpoints: wholeLog('sqlite') },
    {
      after: 0,
      events: pledges.map(({ id, event }, index) => ({
        event,
        stream: `pledge-${id}`,
        revision: 0,
        position: index + 1,
        recordedAt: '2027-01-01T00:00:00.000Z',
        effectiveOn: '2027-01-01',
      })),
      through: pledges.length,
    },
  )
  if (isLeft(applied)) throw new Error(`the world was not projected: ${applied.left._tag}`)
})
afterAll(async () => {
  await readModels.close()
  await rm(folder, { recursive: true })
})

const principals: fc.Arbitrary<Principal> = fc
  .record({
    role: fc.constantFrom('officer', 'nation', 'reporting', 'auditor', 'system'),
    contributor: fc.option(fc.constantFrom(...names), { nil: undefined }),
    memberOf: fc.subarray(['AU', 'EU', 'ECOWAS']),
  })
  .map(({ role, contributor, memberOf }) => principalOf(contributor === undefined ? { role } : { role, contributor }, memberOf))

describe('the condition in SQL and the view', () => {
  it('agree on every record and every principal', async () => {
    await fc.assert(
      fc.asyncProperty(principals, async (principal) => {
        const { items } = await listPledges(readModels, {
          asOf: pledges.length,
          visibility: clearanceOf(principal),
          day: '2027-06-01',
          limit: 1_000,
        })
        const seen = pledges.filter((pledge) => view(pledge, pledge.label, principal) !== undefined).map(({ id }) => id)
        expect(items.map(({ id }) => id).toSorted()).toEqual(seen.toSorted())
      }),
      { numRuns: 150 },
    )
  })
})
