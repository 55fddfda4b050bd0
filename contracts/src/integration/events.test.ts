import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { integrationSchemas } from './events.ts'

const folder = join(import.meta.dirname, '..', '..', 'samples', 'integration')
const Sample = z.strictObject({ type: z.string(), data: z.record(z.string(), z.unknown()) })

describe('integration events', () => {
  test('there is a sample of each, and no other', () => {
    const types = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))
    expect(types.toSorted()).toEqual(Object.keys(integrationSchemas).toSorted())
  })
  test.each(Object.entries(integrationSchemas))('%s reads back as it was written, nothing dropped', (type, schema) => {
    const { type: named, data } = Sample.parse(JSON.parse(readFileSync(join(folder, `${type}.json`), 'utf8')))
    expect(named).toBe(type)
    expect(schema.parse(data)).toEqual(data)
  })
  test.each(Object.entries(integrationSchemas))('%s ignores what a newer writer adds', (type, schema) => {
    const { data } = Sample.parse(JSON.parse(readFileSync(join(folder, `${type}.json`), 'utf8')))
    expect(schema.parse({ ...data, addedLater: 1 })).toEqual(data)
  })
  test('names say kind, happening and version', () => {
    for (const type of Object.keys(integrationSchemas)) expect(type).toMatch(/^muster\.[a-z]+\.[a-z-]+\.v\d+$/)
  })
})
