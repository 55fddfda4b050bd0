/** Plain columns for people; figures to the right. Nothing is cut, nothing is coloured. */
export const textTable = (
  header: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string | number | null | undefined>>,
): string => {
  const cells = rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell))))
  const numeric = header.map(
    (_, column) =>
      rows.length > 0 &&
      rows.every((row) => typeof row[column] === 'number' || row[column] === null || row[column] === undefined),
  )
  const width = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)))
  const lineOf = (row: ReadonlyArray<string>): string =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(width[column] ?? 0) : cell.padEnd(width[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [lineOf(header), width.map((length) => '─'.repeat(length)).join('  '), ...cells.map(lineOf)].join('\n')
}
