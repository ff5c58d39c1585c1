import { appendFileSync } from 'node:fs'

/**
 * Keeps a figure of a suite for docs/reliability.md, when `npm run reliability` asks for it by naming a file in
 * `RELIABILITY_FIGURES`. Does nothing otherwise. A figure a line, since suites write at the same time; numbers of one name
 * are added up.
 */
export function recordFigure(section: string, name: string, figure: string | number): void {
  const path = process.env['RELIABILITY_FIGURES']
  if (!path) return
  appendFileSync(path, `${JSON.stringify({ section, name, figure })}\n`)
}
