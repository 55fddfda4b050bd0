import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codecOf } from '@muster/codec/codec'
import { eventSchemas, type DomainEvent } from '@muster/contracts/events'
import { integrationSchemas } from '@muster/contracts/integration/events'
import { isToldKind, toldOf } from './mapping.ts'

const samples = join(import.meta.dirname, '../../../contracts/samples')
const codec = codecOf(eventSchemas)
const sampleOf = (folder: string, name: string): { type: string; data: unknown } =>
  JSON.parse(readFileSync(join(samples, folder, name), 'utf8'))

const events = readdirSync(join(samples, 'events')).map((name): DomainEvent => {
  const { type, data } = sampleOf('events', name)
  const decoded = codec.decode(type, data)
  if (decoded._tag !== 'Known') throw new Error(name)
  return decoded.event
})
const told = events.flatMap((event) => toldOf(event) ?? [])
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('what is told of an event', () => {
  test.each(told.map((event) => [event.type, event] as const))(
    '%s holds to its schema, and nothing is in it that is not in the schema',
    (type, { data }) => {
      expect(integrationSchemas[type].parse(data)).toEqual(data)
    },
  )
  test('every type of the contract is told of some event, withheld ones apart', () => {
    const types = new Set(told.map(({ type }) => type))
    const missing = Object.keys(integrationSchemas).filter((type) => !Array.from(types, String).includes(type))
    expect(missing.toSorted()).toEqual(['muster.commitment.withheld.v1', 'muster.pledge.withheld.v1'])
  })
  test('the samples of the contract are told of the samples of the events', () => {
    const published = readdirSync(join(samples, 'integration'))
      .filter((name) => !name.includes('withheld'))
      .map((name) => sampleOf('integration', name))
    expect(told.map(asJson)).toEqual(expect.arrayContaining(published))
  })
  test('plans, findings, parking, scales, policies and rates are not told', () => {
    const untold = events.filter((event) => toldOf(event) === undefined).map(({ type }) => type)
    expect(untold).toEqual(
      expect.arrayContaining(['PlanComputed', 'FlagRaised', 'StreamParked', 'ScaleAdopted', 'PolicyAdopted']),
    )
    expect(['plan', 'flag', 'subscription', 'scale', 'policy', 'rate'].filter(isToldKind)).toEqual([])
  })
  test('notes, labels and the names of units stay inside', () => {
    const text = JSON.stringify(told)
    for (const inside of ['"note"', '"asset"', '"classification"', '"releaseTo"']) expect(text).not.toContain(inside)
  })
  test('that private terms changed is not told', () => {
    const [event] = events.filter((candidate) => candidate.type === 'PledgeAmended')
    const changed = ['quantity', 'classification', 'releaseTo', 'note', 'asset']
    expect(event && toldOf({ ...event, changed })).toMatchObject({ data: { changed: ['quantity'] } })
  })
})
