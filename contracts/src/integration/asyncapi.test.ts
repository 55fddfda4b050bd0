import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { asyncapiDocument, asyncapiText, type SampleOf } from './asyncapi.ts'
import { topics } from './topics.ts'

const contracts = join(import.meta.dirname, '..', '..')
const sampleOf: SampleOf = (folder, type) => JSON.parse(readFileSync(join(contracts, 'samples', folder, `${type}.json`), 'utf8'))
const samplesOf = (folder: 'commands' | 'integration') =>
  readdirSync(join(contracts, 'samples', folder)).map((name) => sampleOf(folder, name.replace(/\.json$/, '')))

const document = JSON.parse(readFileSync(join(contracts, 'asyncapi.json'), 'utf8'))
const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json')

const validator = (): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv
}
const inDocument = validator().addSchema(document, 'document')
const faultsOf = (schema: string, value: unknown) => {
  const check = inDocument.getSchema(`document#/components/schemas/${schema}`)
  return check?.(value) === true ? [] : (check?.errors ?? ['there is no such schema'])
}

const targetsIn = (node: unknown): ReadonlyArray<string> =>
  typeof node !== 'object' || node === null
    ? []
    : Object.entries(node).flatMap(([key, value]) => (key === '$ref' && typeof value === 'string' ? [value] : targetsIn(value)))
const at = (pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce(
      (node: unknown, key) =>
        typeof node === 'object' && node !== null ? Object.entries(node).find(([name]) => name === key)?.[1] : undefined,
      document,
    )

describe('the AsyncAPI document', () => {
  test('is committed as it is generated; run `npm run contracts` after a change', () => {
    expect(readFileSync(join(contracts, 'asyncapi.json'), 'utf8')).toBe(asyncapiText(sampleOf))
  })
  test('holds to the specification', () => {
    const check = validator().compile(specification)
    check(document)
    expect(check.errors).toBeNull()
    expect(check({ ...document, channels: { events: { address: 7 } } })).toBe(false)
  })
  test('points at nothing that is not there', () => {
    const targets = [...new Set(targetsIn(document))]
    expect(targets.length).toBeGreaterThan(100)
    expect(targets.filter((target) => at(target) === undefined)).toEqual([])
  })
  test('describes every topic as it is declared', () => {
    const { channels } = asyncapiDocument(sampleOf)
    expect(Object.values(Object(channels))).toMatchObject(
      topics.map(({ name, partitions }) => ({ address: name, bindings: { kafka: { partitions } } })),
    )
  })
  test.each(samplesOf('integration').map((sample) => [sample.type, sample.data] as const))(
    'takes the sample of %s, and no number in its place',
    (type, data) => {
      expect(faultsOf(type, data)).toEqual([])
      expect(faultsOf(type, 7)).not.toEqual([])
    },
  )
  test.each(samplesOf('commands').map((sample) => [sample.type, sample] as const))(
    'takes the sample of %s as a line, and none of another type',
    (type, sample) => {
      expect(faultsOf(type, { ...sample, id: 'sample' })).toEqual([])
      expect(faultsOf(type, { ...sample, id: 'sample', type: 'AnotherCommand' })).not.toEqual([])
    },
  )
})
