import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codecOf, type Upcaster } from './codec.ts'
import { derivedId, eventId } from './event-id.ts'
import { itReadsGoldenHistories } from './testing.ts'

/** A synthetic family of events with a past. */
const schemas = {
  'ParcelSent.v3': z.object({ grams: z.int().min(1), to: z.string().min(2), fragile: z.boolean() }),
  ParcelLost: z.object({ where: z.string() }),
}
const first = z.object({ weight: z.string().regex(/^\d+ kg$/), to: z.string() })
const second = z.object({ grams: z.number(), to: z.string() })
const upcasters: ReadonlyArray<Upcaster> = [
  {
    from: 'ParcelSent',
    to: 'ParcelSent.v2',
    up: (data) => {
      const { weight, to } = first.parse(data)
      return { grams: Number.parseInt(weight, 10) * 1000, to }
    },
  },
  { from: 'ParcelSent.v2', to: 'ParcelSent.v3', up: (data) => ({ ...second.parse(data), fragile: false }) },
]
const codec = codecOf(schemas, upcasters)

const up = (data: unknown): unknown => data

describe('a codec', () => {
  it('gives back what it encoded, whatever the payload', () => {
    const events = fc.record({
      type: fc.constant('ParcelSent.v3' as const),
      grams: fc.integer({ min: 1 }),
      to: fc.string({ minLength: 2 }),
      fragile: fc.boolean(),
    })
    fc.assert(
      fc.property(events, (event) => {
        const { type, data } = codec.encode(event)
        expect(Object.keys(data)).not.toContain('type')
        expect(codec.decode(type, JSON.parse(JSON.stringify(data)))).toEqual({ _tag: 'Known', event })
      }),
    )
  })

  it('calls a type it has never heard of unknown, not an error', () => {
    expect(codec.decode('ParcelTeleported', { anything: 1 })).toEqual({ _tag: 'Unknown', type: 'ParcelTeleported' })
    expect(codec.decode('toString', {})).toEqual({ _tag: 'Unknown', type: 'toString' })
  })

  it('reports a payload that does not fit its type, and where', () => {
    const decoded = codec.decode('ParcelSent.v3', { grams: -1, to: 'NPL', fragile: 'no' })
    expect(decoded).toEqual({
      _tag: 'Malformed',
      type: 'ParcelSent.v3',
      issues: [expect.stringMatching(/^\/grams: /), expect.stringMatching(/^\/fragile: /)],
    })
    expect(codec.decode('ParcelLost', null)).toMatchObject({ _tag: 'Malformed' })
    expect(codec.decode('ParcelLost', undefined)).toMatchObject({ _tag: 'Malformed' })
  })

  it('leads old shapes through every step to the shape of today', () => {
    const event = { type: 'ParcelSent.v3', grams: 12_000, to: 'NPL', fragile: false }
    expect(codec.decode('ParcelSent', { weight: '12 kg', to: 'NPL' })).toEqual({ _tag: 'Known', event })
    expect(codec.decode('ParcelSent.v2', { grams: 12_000, to: 'NPL' })).toEqual({ _tag: 'Known', event })
  })

  it('reports an old shape that its upcaster cannot read, or that comes out wrong', () => {
    expect(codec.decode('ParcelSent', { weight: 'heavy', to: 'NPL' })).toMatchObject({ _tag: 'Malformed', type: 'ParcelSent' })
    expect(codec.decode('ParcelSent', { weight: '0 kg', to: 'NPL' })).toMatchObject({ _tag: 'Malformed', type: 'ParcelSent' })
  })

  it('ignores fields that a newer writer has added', () => {
    expect(codec.decode('ParcelLost', { where: 'Gao', finder: 'unknown' })).toEqual({
      _tag: 'Known',
      event: { type: 'ParcelLost', where: 'Gao' },
    })
  })

  it('is not built from upcasters that contradict each other or never end', () => {
    expect(() =>
      codecOf(schemas, [
        { from: 'A', to: 'B', up },
        { from: 'A', to: 'C', up },
      ]),
    ).toThrow('same event type')
    expect(() =>
      codecOf(schemas, [
        { from: 'A', to: 'B', up },
        { from: 'B', to: 'A', up },
      ]),
    ).toThrow('circles')
  })
})

describe('a golden history', () => {
  itReadsGoldenHistories(codec, join(import.meta.dirname, '../golden'))
})

describe('event ids', () => {
  it('follow from the command and the ordinal alone', () => {
    const command = '7d444840-9dc0-11d1-b245-5ffdce74fad2'
    expect(eventId(command, 0)).toBe(eventId(command, 0))
    expect(new Set([0, 1, 2, 10].map((ordinal) => eventId(command, ordinal))).size).toBe(4)
    expect(eventId(command, 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(eventId(command, 0)).not.toBe(eventId('7d444840-9dc0-11d1-b245-5ffdce74fad3', 0))
  })

  it('of the engine itself follow from words, without two lists of words running together', () => {
    expect(derivedId('a', 'b')).toBe(derivedId('a', 'b'))
    expect(derivedId('a', 'b')).not.toBe(derivedId('ab'))
    expect(derivedId('a', 1)).not.toBe(derivedId('a', '1'))
  })
})
