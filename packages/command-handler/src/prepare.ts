/** The checks that need no history: is it a command, may this actor give it, is its payload sound, which stream decides it. */
import { hash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { z } from 'zod'
import { commandSchemas, isCommandType, rolesFor, streamOf, type Command, type CommandType } from '@muster/contracts/commands'
import { inPlainWords, violationsOf } from '@muster/contracts/violations'
import { canonicalJson } from '@muster/codec/canonical-json'
import type { Actor } from '@muster/kernel/actor'
import { commandId } from './ids.ts'
import type { Refusal, Submission } from './submission.ts'

export interface Prepared {
  readonly submission: Submission
  readonly id: string
  readonly command: Command
  readonly stream: string
  readonly fingerprint: string
}

/** Commands that may be the first of their stream; every other one needs the record to exist. */
const FOUNDING = new Set<CommandType>([
  'RegisterContributor',
  'DefineCapability',
  'AdoptScale',
  'AdoptPolicy',
  'RecordExchangeRate',
  'EstablishMission',
  'ReportStrength',
  'ReportMissionTotal',
  'SubmitPledge',
  'ProposeCommitment',
  'RequestPlan',
  'RaiseFlag',
])
export const mayFound = (type: CommandType): boolean => FOUNDING.has(type)

/** Role first, then the payload: who may not give a command learns nothing about its fields. */
export const prepare = (submission: Submission): E.Either<Refusal, Prepared> => {
  const { message, actor } = submission
  if (!isCommandType(message.type)) {
    return E.left({
      _tag: 'Invalid',
      code: 'unknown-command',
      message: `There is no command "${message.type}".`,
      violations: [{ pointer: '/type', message: 'not a known command type' }],
    })
  }
  if (!rolesFor(message.type).includes(actor.role)) {
    return E.left({ _tag: 'NotAllowed', message: `${message.type} is not open to the role ${actor.role}.` })
  }
  const parsed = parse(message.type, message.data)
  if (E.isLeft(parsed)) return parsed
  if (choosesForeignId(actor, parsed.right)) {
    const message = `A nation's own ids begin with its code: ${actor.contributor ?? ''}-…`
    return E.left({ _tag: 'Invalid', code: 'invalid-command', message, violations: [{ pointer: '/pledge', message }] })
  }
  const canonical = canonicalJson(message.data)
  const command = withPledgeId(parsed.right, canonical)
  if (!actsForItself(actor, command)) return E.left({ _tag: 'NotAllowed', message: 'A nation can act only for itself.' })
  return E.right({
    submission,
    id: commandId(actor, submission.key),
    command,
    stream: streamOf(command),
    fingerprint: sha256(`${message.type}\n${message.effectiveAt ?? ''}\n${canonical}`),
  })
}

const parse = (type: CommandType, data: unknown): E.Either<Refusal, Command> => {
  const schema: z.ZodType<object> = commandSchemas[type]
  const result = schema.safeParse(data, inPlainWords)
  if (!result.success) return E.left(invalid(result.error))
  const candidate = { ...result.data, type }
  return isParsed(candidate) ? E.right(candidate) : E.left({ _tag: 'NotFound' })
}

/** The schema that stands under this very type has just accepted the payload; the compiler cannot follow a look-up by a variable key. */
const isParsed = (candidate: { readonly type: CommandType }): candidate is Command =>
  Object.hasOwn(commandSchemas, candidate.type)

const invalid = (error: z.ZodError): Refusal => ({
  _tag: 'Invalid',
  code: 'invalid-command',
  message: 'The command does not match its schema; see the violations.',
  violations: violationsOf(error),
})

/** A pledge without an id gets one from its own terms: the same wish, sent again under another key, finds the same pledge. */
const withPledgeId = (command: Command, canonical: string): Command =>
  command.type === 'SubmitPledge' && command.pledge === undefined
    ? { ...command, pledge: `P-${sha256(canonical).slice(0, 20)}` }
    : command

/** Otherwise a refusal would tell whether another nation's pledge of that id exists. */
const choosesForeignId = (actor: Actor, command: Command): boolean =>
  actor.role === 'nation' &&
  command.type === 'SubmitPledge' &&
  command.pledge !== undefined &&
  !command.pledge.startsWith(`${actor.contributor ?? ''}-`)

const actsForItself = (actor: Actor, command: Command): boolean =>
  actor.role !== 'nation' || command.type !== 'SubmitPledge' || command.contributor === actor.contributor

const sha256 = (text: string): string => hash('sha256', text, 'hex')
