/** What the gateway asks of the services behind it for itself: are they ready, and what do their routes look like. */
import { z } from 'zod'
import type { Check } from '@muster/http/health'

export interface Upstreams {
  /** Commands go to these. */
  readonly intake: ReadonlyArray<string>
  /** Reads go to these in turn. */
  readonly query: ReadonlyArray<string>
  /** Answer nobody, but the whole is only ready when they are. */
  readonly background: ReadonlyArray<string>
}

const PATIENCE_MS = 3_000

const Report = z.object({ checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() })) })

const ask = async (address: string): Promise<unknown> =>
  (await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) })).json()

const checksOf = async (url: string): Promise<ReadonlyArray<Check>> => {
  const { host } = new URL(url)
  try {
    const { checks } = Report.parse(await ask(`${url}/readyz`))
    return checks.map(({ name, ok, detail }) => ({
      name: `${host} ${name}`,
      ok,
      ...(detail === undefined ? {} : { detail }),
    }))
  } catch {
    return [{ name: host, ok: false, detail: 'does not answer' }]
  }
}

/** Of several intakes or query replicas one is enough; every background service counts. */
export const readiness = async ({ intake, query, background }: Upstreams): Promise<ReadonlyArray<Check>> => {
  const oneOf = async (urls: ReadonlyArray<string>): Promise<ReadonlyArray<Check>> => {
    const reports = await Promise.all(urls.map(checksOf))
    return reports.find((checks) => checks.every(({ ok }) => ok)) ?? reports.flat()
  }
  const reports = await Promise.all([oneOf(intake), oneOf(query), ...background.map(checksOf)])
  return reports.flat()
}

const Section = z.record(z.string(), z.unknown())
const Document = z.looseObject({
  paths: z.record(z.string(), Section),
  components: z.record(z.string(), Section),
})

/** One document of all routes: those of the intake and those of the query service. */
export const openApi = async ({ intake, query }: Upstreams): Promise<unknown> => {
  const documents = await Promise.all(
    [intake[0], query[0]].map(async (url) => Document.parse(await ask(`${url ?? ''}/openapi.json`))),
  )
  const merged = (sections: ReadonlyArray<z.output<typeof Document>['paths']>): Record<string, Record<string, unknown>> => {
    const names = new Set(sections.flatMap((section) => Object.keys(section)))
    return Object.fromEntries(
      [...names].toSorted().map((name) => [name, Object.assign({}, ...sections.map((section) => section[name] ?? {}))]),
    )
  }
  return {
    ...documents[0],
    paths: merged(documents.map(({ paths }) => paths)),
    components: merged(documents.map(({ components }) => components)),
  }
}
