/**
 * The reference of the benchmark: the whole problem as one textbook model on a monthly grid, given to bare HiGHS. Presence and start
 * variables per pledge, line and month, minimum-up rows for tours; tiers are one weighted sum, which is easier than strict tiers.
 */
import { SparseModel, type Entry } from '@muster/allocation-highs/sparse-model'
import { isEligible, servingDays, shortestTour } from '@muster/verifier/lawful'
import { readProblem, type Model, type Offer, type Requirement } from '@muster/verifier/model'

const MONTH = 30

/** All windows of the problem must lie on the grid of 30-day months. */
export const monolithicModel = (document: unknown): SparseModel => {
  const read = readProblem(document)
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  const { model: problem } = read
  const model = new SparseModel()
  const month = (day: number): number => Math.round((day - problem.horizon.from) / MONTH)
  const assetRows = rows(model)
  const lineRows = rows(model)
  for (const line of problem.requirements.values()) {
    const cover = coverRows(model, line, month)
    for (const offer of candidates(problem, line)) {
      const serving = servingDays(offer, line)
      if (serving === undefined) continue
      const { id, copies, persons } = offer.asset.record
      const units = line.record.counts === 'persons' ? persons : 1
      const most = line.record.counts === 'persons' ? copies : Math.min(copies, line.record.quantity)
      if (line.isStock) {
        const entries: Entry[] = [
          [assetRows(id, 0, copies), 1],
          [lineRows(line.record.id, 0, line.record.quantity), units],
        ]
        model.column({ cost: line.record.weight, upper: most, integer: true, entries, name: () => '' })
        continue
      }
      const shape = { from: month(serving.from), to: month(serving.to), tour: Math.ceil(shortestTour(offer, line) / MONTH) }
      addPresence(model, shape, { most, worth: cover === undefined ? line.record.weight * MONTH : 0 }, (t) => [
        [assetRows(id, t, copies), 1],
        cover === undefined ? [lineRows(line.record.id, t, line.record.quantity), 1] : [cover.get(t) ?? 0, -units],
      ])
    }
  }
  return model
}

/** One row per key and month, made when first asked for: Σ ≤ limit. */
const rows = (model: SparseModel) => {
  const known = new Map<string, number>()
  return (key: string, t: number, limit: number): number => {
    const name = `${key}@${t}`
    const row = known.get(name) ?? model.row(-Infinity, limit, () => name)
    known.set(name, row)
    return row
  }
}

/** Lines stated in persons: covered persons y ≤ quantity and y ≤ Σ persons present. */
const coverRows = (
  model: SparseModel,
  line: Requirement,
  month: (day: number) => number,
): ReadonlyMap<number, number> | undefined => {
  if (line.record.counts === 'copies' || line.isStock) return undefined
  const cover = new Map<number, number>()
  for (let t = month(line.from); t < month(line.to); t += 1) {
    const row = model.row(-Infinity, 0, () => '')
    model.column({
      cost: line.record.weight * MONTH,
      upper: line.record.quantity,
      integer: false,
      entries: [[row, 1]],
      name: () => '',
    })
    cover.set(t, row)
  }
  return cover
}

const candidates = (problem: Model, line: Requirement): ReadonlyArray<Offer> =>
  [...line.capabilities].flatMap((code) =>
    (problem.offersByCapability.get(code) ?? []).filter((offer) => isEligible(offer, line)),
  )

const addPresence = (
  model: SparseModel,
  { from, to, tour }: { readonly from: number; readonly to: number; readonly tour: number },
  { most, worth }: { readonly most: number; readonly worth: number },
  entriesAt: (t: number) => ReadonlyArray<Entry>,
): void => {
  const months = Array.from({ length: to - from }, (_, i) => from + i)
  if (tour <= 1) {
    for (const t of months) model.column({ cost: worth, upper: most, integer: true, entries: entriesAt(t), name: () => '' })
    return
  }
  // present(t) − present(t−1) ≤ start(t)   and   Σ of the starts of the last `tour` months ≤ present(t)
  const starting = months.map(() => model.row(-Infinity, 0, () => ''))
  const staying = months.map(() => model.row(-Infinity, 0, () => ''))
  for (const [i, t] of months.entries()) {
    const flow: Entry[] = [
      [starting[i] ?? 0, 1],
      [staying[i] ?? 0, -1],
    ]
    const next = starting[i + 1]
    if (next !== undefined) flow.push([next, -1])
    model.column({ cost: worth, upper: most, integer: true, entries: [...entriesAt(t), ...flow], name: () => '' })
    if (i + tour > months.length) continue
    const stays = staying.slice(i, i + tour).map((row): Entry => [row, 1])
    model.column({ cost: 0, upper: most, integer: true, entries: [[starting[i] ?? 0, -1], ...stays], name: () => '' })
  }
}
