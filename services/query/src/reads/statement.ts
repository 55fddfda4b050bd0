/** Everything one contributor gave, owes and was asked. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { NOT_FOUND } from '@muster/http/problem'
import { statementOf, type Statement } from '@muster/read-models/queries/statement'
import type { QueryDeps } from '../deps.ts'
import { documentRoute, ID_ADDRESS, NO_FILTERS } from '../read-route.ts'
import type { Reader } from '../reader.ts'
import { Commitment, commitmentDocument, onlyVisible as visibleCommitments } from './commitments.ts'
import { Contributor } from './contributors.ts'
import { flagFor } from './finding.ts'
import { Flag } from './flags.ts'
import { onlyVisible as visiblePledges, Pledge, pledgeDocument } from './pledges.ts'

const StatementAnswer = z.looseObject({
  contributor: Contributor,
  day: z.string(),
  pledges: z.array(Pledge),
  asked: z.array(Commitment).describe('Proposals that wait for its answer'),
  commitments: z.array(Commitment),
  owes: z.array(
    z.object({ commitment: z.string(), capability: z.string(), outstanding: z.int(), currency: z.string().nullable() }),
  ),
  gave: z.looseObject({
    month: z.string().nullable(),
    strengths: z.array(z.object({ mission: z.string(), total: z.int() })),
    units: z.array(z.looseObject({ commitment: z.string(), present: z.int() })),
    paidCents: z.string().nullable().describe('Null: suppressed, the reader does not see all of it'),
    reimbursedCents: z.string().nullable(),
    inKind: z
      .object({ grossCents: z.string(), netCents: z.string() })
      .nullable()
      .describe('Worth of its units so far after the month values of the catalogue, before and after reimbursement'),
  }),
  assessed: z.looseObject({ scale: z.string() }).nullable(),
  flags: z.array(Flag),
})

/** The whole of its own for a contributor; of another one's only what is open, and no sums of what may not be all. */
const statementFor = async (reader: Reader, statement: Statement): Promise<object> => {
  const { principal, visibility } = reader
  const pledges = await visiblePledges(reader, statement.pledges)
  const commitments = await visibleCommitments(reader, statement.commitments)
  const open = new Set(commitments.map(({ id }) => id))
  const isWhole = visibility.all || principal.contributor === statement.contributor.id
  return {
    ...statement,
    pledges: pledges.map(pledgeDocument),
    asked: commitments.filter(({ status }) => status === 'proposed').map(commitmentDocument),
    commitments: commitments.map(commitmentDocument),
    owes: statement.owes.filter(({ commitment }) => open.has(commitment)),
    gave: {
      ...statement.gave,
      units: statement.gave.units.filter(({ commitment }) => open.has(commitment)),
      ...(isWhole ? {} : { paidCents: null, reimbursedCents: null, inKind: null }),
    },
    flags: statement.flags.flatMap((flag) => flagFor(reader, flag) ?? []),
  }
}

export const statementReads = (app: FastifyInstance, deps: QueryDeps): void => {
  documentRoute(app, deps, {
    url: '/v1/contributors/:id/statement',
    summary: 'Everything one contributor gave, owes and was asked',
    address: ID_ADDRESS,
    filters: NO_FILTERS,
    answer: StatementAnswer,
    read: async (reader, { id }) => {
      const { moment, visibility, day } = reader
      const statement = await statementOf(deps.readModels, { asOf: moment.position, visibility, id, day })
      return statement === undefined ? E.left(NOT_FOUND) : E.right({ body: await statementFor(reader, statement) })
    },
  })
}
