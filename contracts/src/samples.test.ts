import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CommandMessage, commandSchemas } from './commands.ts'
import { eventSchemas } from './events.ts'

const folder = join(import.meta.dirname, '..', 'samples')
const names = (kind: 'commands' | 'events') => readdirSync(join(folder, kind)).map((file) => file.replace(/\.json$/, ''))
const read = (kind: 'commands' | 'events', type: string): unknown =>
  JSON.parse(readFileSync(join(folder, kind, `${type}.json`), 'utf8'))
const EventItem = z.strictObject({ type: z.string(), data: z.record(z.string(), z.unknown()) })

describe('samples', () => {
  test('there is one for every command and every event, and no other', () => {
    expect(names('commands').toSorted()).toEqual(Object.keys(commandSchemas).toSorted())
    expect(names('events').toSorted()).toEqual(Object.keys(eventSchemas).toSorted())
  })
  test.each(Object.entries(commandSchemas))('command %s is what the contract accepts', (type, schema) => {
    const { type: named, data } = CommandMessage.parse(read('commands', type))
    expect(named).toBe(type)
    expect(schema.parse(data)).toEqual(data)
  })
  test.each(Object.entries(eventSchemas))('event %s reads back as it was written, nothing dropped', (type, schema) => {
    const { type: named, data } = EventItem.parse(read('events', type))
    expect(named).toBe(type)
    expect(schema.parse(data)).toEqual(data)
  })
})
