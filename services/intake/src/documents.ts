/** Schemas that only the OpenAPI document needs: the bodies of resource routes, and their answers. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { BatchAnswer, CommandAnswer, ProblemDocument } from '@muster/contracts/answers'
import { CommandMessage, commandSchemas, type CommandType } from '@muster/contracts/commands'
import type { CommandRoute } from './route-table.ts'

const Sample = z.object({ data: z.record(z.string(), z.unknown()) })
/** The sample that the contracts give for a command. */
function sampleOf(type: CommandType): Readonly<Record<string, unknown>> {
  const file = new URL(`../../../contracts/samples/commands/${type}.json`, import.meta.url)
  return Sample.parse(JSON.parse(readFileSync(file, 'utf8'))).data
}

/** A command's payload without the fields that stand in the address; a PATCH takes any of them. */
export const bodySchemaOf = ({ type, method, ids, named }: CommandRoute): z.ZodType => {
  const inAddress = new Set(Object.values(ids))
  const fields = Object.entries(commandSchemas[type].shape).filter(([name]) => !inAddress.has(name))
  const body = z.strictObject(
    Object.fromEntries(fields.map(([name, field]) => [name, method === 'PATCH' || name === named ? z.optional(field) : field])),
  )
  const example = Object.fromEntries(Object.entries(sampleOf(type)).filter(([name]) => Object.hasOwn(body.shape, name)))
  return body.meta({ examples: [example] })
}

export const CommandExample = CommandMessage.meta({ examples: [{ type: 'SubmitPledge', data: sampleOf('SubmitPledge') }] })

/** Headers of a command; the routes check them themselves. */
export const headerSchemaOf = ({ method, ifMatch }: Pick<CommandRoute, 'method' | 'ifMatch'>): z.ZodType => {
  const key = z.string().describe('A name of your own for this command; a repeat with the same key changes nothing')
  const condition = z.string().describe('The ETag of the version you have seen, such as "r17"')
  return z.object({
    'idempotency-key': method === 'POST' ? key : key.optional(),
    'if-match': ifMatch === true ? condition : condition.optional(),
  })
}

export const addressSchemaOf = ({ ids }: CommandRoute): z.ZodType =>
  z.strictObject(Object.fromEntries(Object.keys(ids).map((name) => [name, z.string().min(1).max(200)])))

export const ResourceAnswer = CommandAnswer.extend({ id: z.string() }).meta({ id: 'ResourceAnswer' })

export const EffectiveAt = z
  .union([z.iso.date(), z.iso.datetime()])
  .describe('When it takes effect in the world; now unless given')

const problemContent = { content: { 'application/problem+json': { schema: ProblemDocument } } }
const refusedWith = (description: string) => ({ description, ...problemContent })

/** Problems any command may be answered with; docs/problems.md says what each code means. */
export const problemResponses = {
  400: refusedWith('Malformed, or a header is missing'),
  401: refusedWith('No valid token'),
  403: refusedWith('Not open to this role or nation'),
  404: refusedWith('No such record, or not open to you'),
  409: refusedWith('The same key is being worked on'),
  412: refusedWith('The record has moved on'),
  422: refusedWith('Refused by the schema or by a rule'),
  428: refusedWith('If-Match is missing'),
  429: refusedWith('Quota used up'),
  503: refusedWith('Try again later'),
}

export const batchResponses = {
  200: {
    description: 'An answer per line, in the order of the lines',
    content: { 'application/x-ndjson': { schema: BatchAnswer } },
  },
  401: problemResponses[401],
  403: problemResponses[403],
  415: refusedWith('Not application/x-ndjson'),
  429: problemResponses[429],
}
