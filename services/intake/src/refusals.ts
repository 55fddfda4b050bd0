/** How a refusal of the command handler looks over HTTP, and as a line of a batch. */
import type { BatchAnswer } from '@muster/contracts/answers'
import { isCommandType, rolesFor } from '@muster/contracts/commands'
import type { Refusal } from '@muster/command-handler/submission'
import { etagOf } from '@muster/http/etag'
import type { Actor } from '@muster/kernel/actor'
import { NOT_FOUND, problem, refusedByRule, type Problem } from '@muster/http/problem'

const SEND_AGAIN = 'Nothing was written; send it again with the same key.'

/** The cause may quote anything, so it stays in the log; a full disk is worth saying. */
const unavailableBecause = (message: string): string =>
  /disk is full|ENOSPC/i.test(message)
    ? `The disk of the log is full: free some space first. ${SEND_AGAIN}`
    : `The log did not take the command. ${SEND_AGAIN}`

export const problemOf = (refusal: Refusal): Problem => {
  switch (refusal._tag) {
    case 'Invalid':
      return problem(refusal.code, { detail: refusal.message, violations: refusal.violations })
    case 'NotAllowed':
      return problem('not-allowed', { detail: refusal.message })
    case 'NotFound':
      return NOT_FOUND
    case 'Rejected':
      return refusedByRule(refusal.code, refusal.message, {
        ...(refusal.pointer === undefined ? {} : { violations: [{ pointer: refusal.pointer, message: refusal.message }] }),
        ...(refusal.details === undefined ? {} : { details: refusal.details }),
        ...(refusal.traceId === undefined ? {} : { traceId: refusal.traceId }),
      })
    case 'Conflict':
      return problem('revision-conflict', {
        detail: 'Read the record again, look at what changed, and repeat your change on that version under a new key.',
        details: { currentRevision: refusal.actual },
        headers: { etag: etagOf(refusal.actual) },
      })
    case 'KeyReused':
      return problem('key-reused', { detail: 'This key came before with another command; use a new key for a new command.' })
    case 'InFlight':
      return problem('in-flight', {
        detail: 'The same command is being worked on; ask again in a moment.',
        headers: { 'retry-after': '1' },
      })
    case 'Unavailable':
      return problem('unavailable', { detail: unavailableBecause(refusal.message), headers: { 'retry-after': '2' } })
  }
}

/** The role comes before everything else: who may not give a command learns nothing about its fields. */
export const notForRole = (command: unknown, { role }: Actor): Problem | undefined => {
  const type = typeof command === 'object' && command !== null && 'type' in command ? command.type : undefined
  return typeof type === 'string' && isCommandType(type) && !rolesFor(type).includes(role)
    ? problem('not-allowed', { detail: `${type} is not open to the role ${role}.` })
    : undefined
}

export const refusedLine = (
  id: string,
  { code, detail, violations }: Pick<Problem, 'code' | 'detail' | 'violations'>,
): BatchAnswer => ({
  id,
  outcome: 'refused',
  code,
  ...(detail === undefined ? {} : { detail }),
  ...(violations === undefined ? {} : { violations: [...violations] }),
})
