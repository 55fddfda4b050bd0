/** The read API: every read model, as of any position, each answer cut to what the reader may see. */
import type { FastifyPluginAsync } from 'fastify'
import type { QueryDeps } from './deps.ts'
import { burdenReads } from './reads/burden.ts'
import { commitmentReads } from './reads/commitments.ts'
import { contributorReads } from './reads/contributors.ts'
import { coverageReads } from './reads/coverage.ts'
import { exportReads } from './reads/exports.ts'
import { feedReads } from './reads/feed.ts'
import { flagReads } from './reads/flags.ts'
import { missionReads } from './reads/missions.ts'
import { planReads } from './reads/plans.ts'
import { pledgeReads } from './reads/pledges.ts'
import { statementReads } from './reads/statement.ts'

export type { QueryDeps }

const reads = [
  pledgeReads,
  missionReads,
  coverageReads,
  burdenReads,
  flagReads,
  planReads,
  commitmentReads,
  contributorReads,
  statementReads,
  feedReads,
  exportReads,
]

export const queryPlugin =
  (deps: QueryDeps): FastifyPluginAsync =>
  async (app) => {
    for (const read of reads) read(app, deps)
  }
