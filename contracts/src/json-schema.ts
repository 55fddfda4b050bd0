/** The contracts as JSON Schema (draft 2020-12), for readers and writers in other languages. */
import { z } from 'zod'
import { Plan } from './allocation/plan.ts'
import { Problem } from './allocation/problem.ts'
import { Changes, Policies } from './allocation/questions.ts'
import { commandSchemas } from './commands.ts'
import { eventSchemas } from './events.ts'

/** Folders under `contracts/generated` that hold nothing but what is made here. */
export const generatedFolders = ['commands', 'events', 'allocation'] as const

/**
 * Path under `contracts/generated` → text of the schema. A schema describes what may be written: fields with a default may be left
 * out. Rules across fields (a window ends after it begins; quantity or amount) are beyond JSON Schema and are checked on arrival.
 */
export const generatedSchemas = (): ReadonlyMap<string, string> => {
  const schemas: ReadonlyArray<readonly [string, z.ZodType]> = [
    ...Object.entries(commandSchemas).map(([type, schema]) => [`commands/${type}`, message(type, schema)] as const),
    ...Object.entries(eventSchemas).map(([type, schema]) => [`events/${type}`, message(type, schema)] as const),
    ['allocation/muster.problem-1', Problem],
    ['allocation/muster.plan-1', Plan],
    ['allocation/muster.changes-1', Changes],
    ['allocation/muster.policies-1', Policies],
  ]
  return new Map(schemas.map(([name, schema]) => [`${name}.schema.json`, text(name, schema)]))
}

/** As it travels: `{"type", "data"}`, with whatever else its envelope carries. */
const message = (type: string, data: z.ZodType): z.ZodType => z.looseObject({ type: z.literal(type), data })

const text = (name: string, schema: z.ZodType): string => {
  const { $schema, ...body } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' })
  return `${JSON.stringify({ $schema, $id: `${name}.schema.json`, title: name.replace(/^.*\//, ''), ...body }, null, 2)}\n`
}
