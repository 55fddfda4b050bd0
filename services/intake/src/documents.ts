/** Schemas that only the OpenAPI document needs: the bodies of resource routes, and their answers. */
import { z } from 'zod'
import { BatchAnswer, CommandAnswer, ProblemDocument } from '@muster/contracts/answers'
import { commandSchemas } from '@muster/contracts/commands'
import type { CommandRoute } from './route-table.ts'

/** A command's payload without the fields that stand in the address; a PATCH takes any of them. */
export const bodySchemaOf = ({ type, ids, named }: CommandRoute): z.ZodType => {
  const inAddress = new Set(Object.values(ids))
  const fields = Object.entries(commandSchemas[type].shape).filter(([name]) => !inAddress.has(name))
  return z.strictObject(Object.fromEntries(fields.map(([name, field]) => [name, name === named ? z.optional(field) : field])))
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
