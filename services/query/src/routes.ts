/** The read API: every read model, as of any position, each answer cut to what the reader may see. */
import type { FastifyPluginAsync } from 'fastify'
import type { QueryDeps } from './deps.ts'

export type { QueryDeps }

export const queryPlugin =
  (_deps: QueryDeps): FastifyPluginAsync =>
  async () => {}
