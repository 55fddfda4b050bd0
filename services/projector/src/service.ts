/**
 * The projector as a service, whatever log and read models it is given; how it shows to whoever watches over it.
 *
 *     const service = await openProjectorService({ store, readModels, clock, shards: settings.MUSTER_SHARDS, longestLag })
 *     metrics.lag('read-models', service.lag)
 */
import type { Check } from '@muster/http/health'
import { startProjector, type Projector, type ProjectorOptions, type ProjectorStatus } from './projector.ts'

export interface ProjectorServiceOptions extends ProjectorOptions {
  /** So many positions may the read models be behind before something must be wrong. */
  readonly longestLag: number
}

export interface ProjectorService {
  readonly projector: Projector
  /** For `/readyz`; rejects when a store does not answer. A projector that stands by is well. */
  readonly checks: () => Promise<ReadonlyArray<Check>>
  /** How far the read models are behind the log, in positions, whoever fills them. */
  readonly lag: () => Promise<number>
  /** Ends the page under way and lets others take over at once; log and read models stay open. */
  readonly close: () => Promise<void>
}

const shardsInWords = ({ shards: { count, held } }: ProjectorStatus): string =>
  held.length === 0 ? `stands by for ${count} shards` : `fills ${held.length} of ${count} shards`

const checksOf = (status: ProjectorStatus, longestLag: number): ReadonlyArray<Check> => {
  const { state, lag, lastFailure, parked, version, upToDate, rebuild } = status
  return [
    {
      name: 'projection',
      ok: state === 'running',
      detail: [
        `${state}, ${shardsInWords(status)}`,
        ...(lastFailure === undefined ? [] : [lastFailure]),
        ...parked.map(({ stream, reason }) => `parked ${stream} (${reason})`),
      ].join('; '),
    },
    { name: 'read models', ok: lag <= longestLag, detail: `${lag} positions behind the log` },
    {
      name: 'version',
      ok: upToDate,
      detail:
        rebuild === null
          ? `read models of version ${version}`
          : `generation ${rebuild.generation} is filling and stands at ${rebuild.position}`,
    },
  ]
}

export const openProjectorService = async (options: ProjectorServiceOptions): Promise<ProjectorService> => {
  const { longestLag, store, readModels } = options
  const projector = await startProjector(options)
  return {
    projector,
    checks: async () => checksOf(await projector.status(), longestLag),
    lag: async () => (await store.head()) - (await readModels.position()),
    close: projector.stop,
  }
}
