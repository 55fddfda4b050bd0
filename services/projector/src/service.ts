/**
 * The projector as a service, whatever log and read models it is given; how it shows to whoever watches over it.
 *
 *     const service = await openProjectorService({ store, readModels, clock, shards: settings.MUSTER_SHARDS })
 *     metrics.lag('read-models', service.lag)
 */
import type { Check } from '@muster/http/health'
import { recordsOf } from '@muster/runtime/service'
import { startProjector, type Projector, type ProjectorOptions, type ProjectorStatus } from './projector.ts'

export interface ProjectorService {
  readonly projector: Projector
  /** For `/readyz`; rejects when a store does not answer. A projector that stands by, catches up or rebuilds is well: the lag is a figure, not a fault. */
  readonly checks: () => Promise<ReadonlyArray<Check>>
  /** How far the read models are behind the log, in positions, whoever fills them. */
  readonly lag: () => Promise<number>
  /** Ends the page under way and lets others take over at once; log and read models stay open. */
  readonly close: () => Promise<void>
}

const shardsInWords = ({ shards: { count, held } }: ProjectorStatus): string =>
  held.length === 0 ? `stands by for ${count} shards` : `fills ${held.length} of ${count} shards`

const checksOf = (status: ProjectorStatus): ReadonlyArray<Check> => {
  const { state, lag, lastFailure, parked, version, upToDate, rebuild } = status
  return [
    {
      name: 'projection',
      ok: state === 'running',
      detail: [
        `${state}, ${shardsInWords(status)}, ${lag} positions behind the log`,
        ...(parked.length === 0 ? [] : [`${parked.length} parked`]),
      ].join('; '),
      ...recordsOf({ lastFailure, parked }),
    },
    {
      name: 'version',
      ok: upToDate || rebuild !== null,
      detail:
        rebuild === null
          ? `read models of version ${version}`
          : `generation ${rebuild.generation} is filling and stands at ${rebuild.position}`,
    },
  ]
}

export const openProjectorService = async (options: ProjectorOptions): Promise<ProjectorService> => {
  const { store, readModels } = options
  const projector = await startProjector(options)
  return {
    projector,
    checks: async () => checksOf(await projector.status()),
    lag: async () => (await store.head()) - (await readModels.position()),
    close: projector.stop,
  }
}
