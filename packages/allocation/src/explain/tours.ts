/** The tours of a finished plan by asset, as columns: explanations pass over them millions of times. */
import type { Schedule } from '../search/schedule.ts'

export interface AssetTours {
  /** Tours of local asset `a`: `start[a] … start[a+1]-1`. */
  readonly start: Int32Array
  readonly from: Int32Array
  readonly to: Int32Array
  /** Local lines. */
  readonly line: Int32Array
}

export const assetToursOf = ({ view, toursOfAsset }: Schedule): AssetTours => {
  const present = toursOfAsset.map((tours) => tours.filter((tour) => tour.quantity > 0))
  const start = new Int32Array(present.length + 1)
  for (const [a, tours] of present.entries()) start[a + 1] = (start[a] ?? 0) + tours.length
  const all = present.flat()
  return {
    start,
    from: Int32Array.from(all, (tour) => tour.from),
    to: Int32Array.from(all, (tour) => tour.to),
    line: Int32Array.from(all, (tour) => view.line[tour.pair] ?? 0),
  }
}
