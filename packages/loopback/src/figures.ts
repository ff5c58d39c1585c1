import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Keeps a figure of a suite for docs/reliability.md, in a file of its section, when `npm run reliability` asks for it by
 * naming a folder in `RELIABILITY_FIGURES`. Does nothing otherwise.
 */
export function recordFigure(section: string, name: string, figure: string | number): void {
  const folder = process.env['RELIABILITY_FIGURES']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${section.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.json`)
  const figures = { ...read(path), [name]: typeof figure === 'number' ? figure.toLocaleString('en') : figure }
  writeFileSync(path, `${JSON.stringify({ section, figures }, null, 2)}\n`)
}

function read(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).figures
  } catch {
    return {}
  }
}
