/** Writes docs/settings.md from the schemas that the services check their environment with; part of `npm run contracts`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AllInOneEnvironment } from '../services/all-in-one/src/environment.ts'
import { AllocatorEnvironment } from '../services/allocator/src/open.ts'
import { GatewayEnvironment } from '../services/gateway/src/open.ts'
import { IntakeEnvironment } from '../services/intake/src/open.ts'
import { ProjectorEnvironment } from '../services/projector/src/open.ts'
import { QueryEnvironment } from '../services/query/src/open.ts'
import { RelayEnvironment } from '../services/relay/src/open.ts'
import { ReporterEnvironment } from '../services/reporter/src/open.ts'

const environments: Readonly<Record<string, z.ZodObject>> = {
  'all-in-one': AllInOneEnvironment,
  gateway: GatewayEnvironment,
  intake: IntakeEnvironment,
  query: QueryEnvironment,
  projector: ProjectorEnvironment,
  allocator: AllocatorEnvironment,
  relay: RelayEnvironment,
  reporter: ReporterEnvironment,
}

const Described = z.object({
  required: z.array(z.string()).default([]),
  properties: z.record(
    z.string(),
    z.looseObject({ description: z.string(), default: z.union([z.string(), z.number()]).optional() }),
  ),
})

interface Row {
  readonly service: string
  readonly name: string
  readonly description: string
  readonly otherwise: string
}

const rowsOf = ([service, schema]: readonly [string, z.ZodObject]): ReadonlyArray<Row> => {
  const { required, properties } = Described.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  return Object.entries(properties).map(([name, { description, default: given }]) => ({
    service,
    name,
    description,
    otherwise: given !== undefined ? `\`${given}\`` : required.includes(name) ? 'required' : 'absent',
  }))
}

/** A setting that means the same to several services stands once, with what each of them takes when it is not given. */
const table = (): string => {
  const rows = Object.entries(environments).flatMap(rowsOf)
  const byMeaning = Map.groupBy(rows, ({ name, description }) => `${name}\n${description}`)
  return [...byMeaning.values()]
    .map((same) => {
      const [{ name, description } = { name: '', description: '' }] = same
      const byDefault = Map.groupBy(same, ({ otherwise }) => otherwise)
      const defaults = [...byDefault].map(([otherwise, of]) =>
        byDefault.size === 1 ? otherwise : `${otherwise} (${of.map(({ service }) => service).join(', ')})`,
      )
      const services = same.length === Object.keys(environments).length ? 'all' : same.map(({ service }) => service).join(', ')
      return `| \`${name}\` | ${services} | ${defaults.join('; ')} | ${description} |`
    })
    .join('\n')
}

const page = `# Settings

Generated from the schemas with which each service checks its environment (\`npm run contracts\`). A setting that is missing or wrong is
named at the start together with what it must be, and the service ends with code 1.

| variable | services | when it is not given | meaning |
|---|---|---|---|
${table()}

\`npm run start:distributed\` takes the settings of all services but the addresses of one another, which it chooses itself.
`

writeFileSync(join(import.meta.dirname, '../docs/settings.md'), page)
