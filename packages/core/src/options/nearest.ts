import type { AnyField } from './fields.ts'

const LONGEST_COMPARED = 40
const LARGEST_DISTANCE = 2

/** An option, and its name as it is compared. */
export interface Candidate {
  readonly field: AnyField
  readonly name: string
}

export function candidatesOf(list: readonly AnyField[]): readonly Candidate[] {
  return list.map(field => ({ field, name: bare(field.name) }))
}

/** The option that a misspelt key most likely means, in the spelling style of the key. */
export function nearestOption(key: string, candidates: readonly Candidate[]): string | undefined {
  const wanted = bare(key)
  if (wanted.length < 3 || wanted.length > LONGEST_COMPARED) return undefined
  const nearest =
    candidates.find(({ name }) => isNear(wanted, name)) ??
    candidates.find(({ name }) => wanted.length > 3 && name.includes(wanted))
  return key.includes('_') ? nearest?.field.snakeName : nearest?.field.name
}

/** The name that a misspelt one most likely means. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = bare(name)
  if (wanted.length < 5 || wanted.length > LONGEST_COMPARED) return undefined
  return known.find(candidate => candidate.length > 5 && isNear(wanted, bare(candidate)))
}

function bare(key: string): string {
  return key.toLowerCase().replace(/[_\-.]/g, '')
}

function isNear(from: string, to: string): boolean {
  return Math.abs(from.length - to.length) <= LARGEST_DISTANCE && distance(from, to) <= LARGEST_DISTANCE
}

/**
 * Levenshtein's distance, a row at a time, of what lies between a common beginning and a common end. What is too far is
 * not counted to its end.
 */
function distance(one: string, other: string): number {
  let start = 0
  while (start < one.length && one[start] === other[start]) start++
  let end = 0
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++
  const from = one.slice(start, one.length - end)
  const to = other.slice(start, other.length - end)

  let row: number[] = []
  for (let column = 0; column <= to.length; column++) row.push(column)
  for (let line = 1; line <= from.length; line++) {
    const next = [line]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    if (next.every(count => count > LARGEST_DISTANCE)) return LARGEST_DISTANCE + 1
    row = next
  }
  return row[to.length] ?? 0
}
