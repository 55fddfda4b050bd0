/** Serves the page that problem types point at, so that every `type` resolves against the address it came from. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'

const PROBLEMS_PAGE = new URL('../../../docs/problems.md', import.meta.url)

export const docsRoutes = (app: FastifyInstance): void => {
  app.get('/docs/problems.md', { config: { open: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'text/markdown; charset=utf-8').send(await readFile(PROBLEMS_PAGE, 'utf8')),
  )
}
