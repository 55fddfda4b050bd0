/** Who reads, of which moment, and on which day of the world: what every read is asked with. */
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Label } from '@muster/contracts/label'
import type { Problem } from '@muster/http/problem'
import type { Actor } from '@muster/kernel/actor'
import { dayOfInstant, type Day } from '@muster/kernel/time'
import { organisationsOf } from '@muster/read-models/queries/ground'
import { labelsOf } from '@muster/read-models/queries/labels'
import { principalOf, type Principal } from '@muster/sovereignty/principal'
import { clearanceOf, maySee, type Clearance } from '@muster/sovereignty/view'
import type { QueryDeps } from './deps.ts'
import { AsOfParameter, MinPositionParameter, momentOf, type Moment } from './moment.ts'

export const readParameters = {
  asOf: AsOfParameter.optional(),
  minPosition: MinPositionParameter.optional(),
  effectiveAt: z.union([z.iso.date(), z.iso.datetime()]).optional().describe('What was true then: the day figures are taken of'),
}
export interface ReadQuery {
  readonly asOf?: string | undefined
  readonly minPosition?: string | undefined
  readonly effectiveAt?: string | undefined
}

export interface Reader {
  readonly principal: Principal
  /** The same rule as a condition for queries. */
  readonly visibility: Clearance
  readonly moment: Moment
  /** The day of the world that figures are taken of. */
  readonly day: Day
  /**
   * Those streams that the reader may see by their label of today. A look at the past shows a record by the label it had
   * then, and only if it may still be seen: what was classified since stays classified.
   */
  readonly stillSees: (streams: ReadonlyArray<string>) => Promise<ReadonlySet<string>>
  readonly sees: (label: Label) => boolean
}

export const readerOf = async (
  deps: QueryDeps,
  actor: Actor,
  query: ReadQuery,
  fixed?: number,
): Promise<E.Either<Problem, Reader>> => {
  const moment = await momentOf(deps, query, fixed)
  if (E.isLeft(moment)) return moment
  const { readModels } = deps
  const { position, time } = moment.right
  const today = dayOfInstant(deps.clock())
  const head = await readModels.position()
  // Affiliations are those of today, whatever moment is looked at: who has left an organisation sees its records no more.
  const memberOf =
    actor.role === 'nation' && actor.contributor !== undefined
      ? await organisationsOf(readModels, { asOf: head, contributor: actor.contributor, day: today })
      : []
  const principal = principalOf(actor, memberOf)
  const visibility = clearanceOf(principal)
  return E.right({
    principal,
    visibility,
    moment: moment.right,
    day: dayOfQuery(query, time, today),
    sees: (label) => maySee(label, principal),
    stillSees: async (streams) => {
      if (visibility.all || position >= head) return new Set(streams)
      const labels = await labelsOf(readModels, { asOf: head, streams })
      return new Set(streams.filter((stream) => maySee(labels.get(stream) ?? HIDDEN, principal)))
    },
  })
}

const HIDDEN: Label = { owners: [], classification: 'strictly-confidential', releaseTo: [] }

const dayOfQuery = ({ asOf, effectiveAt }: ReadQuery, time: string | null, today: Day): Day => {
  if (effectiveAt !== undefined) return effectiveAt.slice(0, 10)
  return asOf === undefined || time === null ? today : dayOfInstant(time)
}
