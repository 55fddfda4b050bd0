/** Opens the port, and says plainly why when that fails. */
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'

const reasonOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown')

const explained = (reason: string, port: number): string => {
  if (reason === 'EADDRINUSE') return `Port ${port} is taken. Stop what listens there, or set MUSTER_PORT to another port.`
  if (reason === 'EACCES') return `Port ${port} is not allowed to this user. Set MUSTER_PORT to a port above 1023.`
  return `Port ${port} cannot be opened (${reason}). Set MUSTER_PORT to another port.`
}

/** Right: the address that answers. */
export const listen = async (
  app: FastifyInstance,
  { port, host = '127.0.0.1' }: { readonly port: number; readonly host?: string },
): Promise<E.Either<string, string>> => {
  try {
    return E.right(await app.listen({ port, host }))
  } catch (cause) {
    return E.left(explained(reasonOf(cause), port))
  }
}
