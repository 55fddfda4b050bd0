/** Every figure of the event store: durable appends and replay. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from '../figure.ts'
import { appendFigures } from './appends.ts'
import { replayFigures } from './replay.ts'

export interface StoreBenchOptions {
  /** Where the database files go: on the disk that is to be measured, not in memory. */
  readonly folder: string
  readonly callers?: ReadonlyArray<number>
  readonly appendRounds?: number
  readonly replayedEvents?: number
  readonly replayRounds?: number
}

/** Takes about two minutes and 1 GB of disk at full size; the files are removed afterwards. */
export const storeFigures = async (options: StoreBenchOptions): Promise<Figure[]> => {
  const { callers = [1, 8, 64, 512], appendRounds = 7, replayedEvents = 1_000_000, replayRounds = 3 } = options
  const folder = mkdtempSync(join(options.folder, 'muster-bench-'))
  try {
    const appends = await appendFigures({ folder, callers, rounds: appendRounds, commitsPerRound: 500, eventsPerRound: 25_000 })
    const replays = await replayFigures({ folder, events: replayedEvents, rounds: replayRounds })
    return [...appends, ...replays]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
