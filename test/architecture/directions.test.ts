/** The house's directions, as a failing check: who may import whom, and that pure rooms stay pure. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const rooms = ['contracts', ...children('packages'), ...children('services')]

/** Pure rooms: no clock, no randomness, no input or output. */
const PURE = [
  'contracts',
  'packages/kernel',
  'packages/contributors',
  'packages/missions',
  'packages/pledging',
  'packages/commitments',
  'packages/planning',
  'packages/burden',
  'packages/flags',
  'packages/sovereignty',
  'packages/verifier',
  'packages/allocation',
]
const IO = /^(node:|better-sqlite3|pg$|kysely|fastify|kafkajs|@eventstore|@grpc|pino|highs)/
/** `node:` modules without any effect on the world. */
const HARMLESS = new Set(['node:crypto', 'node:util'])
/** Entries that compose or run things: they choose adapters, and workers have to talk to their parent. */
const isEntry = (file: string): boolean => /(^|\/)(main|generate|worker|pool)\.ts$/.test(file)
const isTest = (file: string): boolean => /\.test\.ts$|\/testing(\/|\.ts$)|\/contract(\/|\.ts$)/.test(file)

interface Import {
  readonly file: string
  readonly specifier: string
  /** Room it leads to, when it is one of ours. */
  readonly target: string | undefined
}

describe('import directions', () => {
  const imports = rooms.flatMap((room) => filesOf(join(root, room, 'src')).flatMap(importsOf))

  test('services never import each other; only the all-in-one composes them', () => {
    const crossing = imports.filter(
      ({ file, target }) =>
        target?.startsWith('services/') &&
        roomOf(file) !== target &&
        roomOf(file) !== 'services/all-in-one' &&
        roomOf(file) !== 'packages/cli',
    )
    expect(crossing).toEqual([])
  })

  test('packages never import services; the command line composes the all-in-one and nothing else of them', () => {
    const upward = imports.filter(
      ({ file, target }) =>
        roomOf(file).startsWith('packages/') &&
        target?.startsWith('services/') &&
        !(roomOf(file) === 'packages/cli' && target === 'services/all-in-one'),
    )
    expect(upward).toEqual([])
  })

  test('pure rooms import no input, output or store', () => {
    const impure = imports.filter(
      ({ file, specifier }) =>
        PURE.includes(roomOf(file)) && !isEntry(file) && !isTest(file) && IO.test(specifier) && !HARMLESS.has(specifier),
    )
    expect(impure).toEqual([])
  })

  test('pure rooms read no clock and draw no randomness', () => {
    const restless = PURE.flatMap((room) => filesOf(join(root, room, 'src')))
      .filter((file) => !isEntry(file) && !isTest(file))
      .filter((file) =>
        /Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|performance\.now\(/.test(readFileSync(join(root, file), 'utf8')),
      )
    expect(restless).toEqual([])
  })

  test('domain rooms rest on kernel and contracts alone', () => {
    const domain = [
      'packages/contributors',
      'packages/missions',
      'packages/pledging',
      'packages/commitments',
      'packages/planning',
    ]
    const leaning = imports.filter(
      ({ file, target }) =>
        domain.includes(roomOf(file)) && target !== undefined && !['packages/kernel', 'contracts', roomOf(file)].includes(target),
    )
    expect(leaning).toEqual([])
  })

  test('only adapters import the clients of engines', () => {
    const clients: Readonly<Record<string, ReadonlyArray<string>>> = {
      kafkajs: ['packages/broker-kafka'],
      '@eventstore/db-client': ['packages/event-store-esdb'],
      highs: ['packages/allocation-highs'],
      pg: ['packages/read-models'],
    }
    const stray = imports.filter(
      ({ file, specifier }) => clients[specifier] !== undefined && !clients[specifier].includes(roomOf(file)),
    )
    expect(stray).toEqual([])
  })

  test('rooms form no cycle', () => {
    const edges = new Map(
      rooms.map((room) => [
        room,
        new Set(
          imports
            .filter(({ file }) => roomOf(file) === room && !isTest(file))
            .flatMap(({ target }) => (target !== undefined && target !== room ? [target] : [])),
        ),
      ]),
    )
    const state = new Map<string, 'open' | 'done'>()
    const cycles: string[] = []
    const visit = (room: string, path: ReadonlyArray<string>): void => {
      if (state.get(room) === 'done') return
      if (state.get(room) === 'open') {
        cycles.push([...path.slice(path.indexOf(room)), room].join(' → '))
        return
      }
      state.set(room, 'open')
      for (const next of edges.get(room) ?? []) visit(next, [...path, room])
      state.set(room, 'done')
    }
    for (const room of rooms) visit(room, [])
    expect(cycles).toEqual([])
  })

  test('a room declares every room and library it imports', () => {
    const undeclared = rooms.flatMap((room) => {
      const manifest: unknown = JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8'))
      const declared = new Set(Object.keys(dependenciesOf(manifest)))
      return imports
        .filter(
          ({ file, specifier }) =>
            roomOf(file) === room && !isTest(file) && !specifier.startsWith('.') && !specifier.startsWith('node:'),
        )
        .map(({ specifier }) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => name !== nameOf(manifest) && !declared.has(name))
        .map((name) => `${room} → ${name}`)
    })
    expect([...new Set(undeclared)]).toEqual([])
  })
})

function children(folder: string): ReadonlyArray<string> {
  return readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => statSync(join(root, path)).isDirectory())
}

function filesOf(folder: string): ReadonlyArray<string> {
  // A room that is only prepared has no source yet, and git keeps no empty folder.
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => relative(root, join(folder, name)))
}

function roomOf(file: string): string {
  const parts = file.split('/')
  return parts[0] === 'contracts' ? 'contracts' : parts.slice(0, 2).join('/')
}

function importsOf(file: string): ReadonlyArray<Import> {
  const text = readFileSync(join(root, file), 'utf8')
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)[^'"\n;]*?(?:\n[^'";]*?)?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
    ),
  ].map((match) => {
    const specifier = match[1] ?? match[2] ?? ''
    return { file, specifier, target: targetOf(file, specifier) }
  })
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return roomOf(relative(root, resolve(root, dirname(file), specifier)))
  const name = /^@muster\/([^/]+)/.exec(specifier)?.[1]
  return name === undefined ? undefined : rooms.find((room) => room === name || room.endsWith(`/${name}`))
}

function dependenciesOf(manifest: unknown): Readonly<Record<string, unknown>> {
  return typeof manifest === 'object' &&
    manifest !== null &&
    'dependencies' in manifest &&
    typeof manifest.dependencies === 'object' &&
    manifest.dependencies !== null
    ? { ...manifest.dependencies }
    : {}
}

function nameOf(manifest: unknown): string {
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest ? String(manifest.name) : ''
}
