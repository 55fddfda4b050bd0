/** Runs a task for every item, at most `width` at once; answers in the order of the items. */
export const bounded = async <T, R>(
  items: ReadonlyArray<T>,
  width: number,
  run: (item: T) => Promise<R>,
): Promise<ReadonlyArray<R>> => {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next
      next += 1
      const item = items[index]
      if (item !== undefined) results[index] = await run(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
