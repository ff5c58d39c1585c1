/** A table, aligned as the formatter of this repository writes one; the first row is its head. */
export function formatRows(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const [head, ...body] = rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)))
  return [head ?? [], widths.map(width => '-'.repeat(width)), ...body]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}
