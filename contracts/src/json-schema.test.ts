import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { commandTypes } from './commands.ts'
import { generatedFolders, generatedSchemas } from './json-schema.ts'

const root = join(import.meta.dirname, '..', 'generated')
const schemas = generatedSchemas()

describe('generated schemas', () => {
  test('are committed as they are generated; run `npm run contracts` after a change', () => {
    const committed = generatedFolders.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    expect(committed.toSorted()).toEqual([...schemas.keys()].toSorted())
    const drifted = [...schemas].filter(([path, text]) => readFileSync(join(root, path), 'utf8') !== text).map(([path]) => path)
    expect(drifted).toEqual([])
  })
  test.each(commandTypes)('of %s accepts its sample and refuses unknown fields and other types, as the contract does', (type) => {
    const published = z.fromJSONSchema(JSON.parse(schemas.get(`commands/${type}.schema.json`) ?? '{}'))
    const sample = JSON.parse(readFileSync(join(root, '..', 'samples', 'commands', `${type}.json`), 'utf8'))
    expect(published.safeParse(sample).success).toBe(true)
    expect(published.safeParse({ ...sample, data: { ...sample.data, unknownField: 1 } }).success).toBe(false)
    expect(published.safeParse({ ...sample, type: 'AnotherCommand' }).success).toBe(false)
  })
  test('leave what has a default to the reader', () => {
    const issue = JSON.parse(schemas.get('commands/IssueRequirement.schema.json') ?? '{}')
    expect(issue.properties.data.required.toSorted()).toEqual(['capability', 'from', 'mission', 'quantity', 'requirement', 'to'])
  })
})
