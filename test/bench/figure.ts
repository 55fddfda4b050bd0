/** One measured number beside its reference from the same run. */
export interface Figure {
  /** Speaks of what was measured: `append, 64 callers`. */
  readonly name: string
  readonly value: number
  /** `events/s`, `ms`, … */
  readonly unit: string
  /** What it is compared with, measured in the same run; null where there is nothing to compare. */
  readonly reference: { readonly name: string; readonly value: number } | null
  /** value ÷ reference, for times reference ÷ value: above 1 is better than the reference. */
  readonly ratio: number | null
  /** The ratio (or, without a reference, the value) to reach. */
  readonly aim: number | null
  readonly met: boolean | null
}

/** A rate beside the rate of its reference; the aim is a ratio. */
export const rateFigure = (
  name: string,
  value: number,
  unit: string,
  reference: { readonly name: string; readonly value: number },
  aim: number | null,
): Figure => {
  const ratio = value / reference.value
  return { name, value, unit, reference, ratio, aim, met: aim === null ? null : ratio >= aim }
}

/** The middle of an odd number of measurements, the lower middle of an even one. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
