import type { Problem } from './evaluate.ts'

/** The text, cut where problems begin and end. */
export function segments(
  text: string,
  problems: readonly Problem[],
): readonly { readonly text: string; readonly isProblem: boolean }[] {
  const places = problems.flatMap(({ place }) => (place === undefined ? [] : [place]))
  const cuts = [...new Set([0, text.length, ...places.flatMap(({ start, end }) => [start, end])])]
    .filter(cut => cut <= text.length)
    .toSorted((one, other) => one - other)
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0
    const isProblem = places.some(place => place.start <= start && end <= place.end)
    return { text: text.slice(start, end), isProblem }
  })
}
