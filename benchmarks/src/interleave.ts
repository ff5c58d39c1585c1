/**
 * Measures every contender once a round, each round in another order, so that what disturbs the machine for a while
 * disturbs them all alike. Gives the results of each, in the order of the rounds.
 */
export async function interleave<Name extends string, Result>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Result | Promise<Result>,
): Promise<ReadonlyMap<Name, readonly Result[]>> {
  const results = new Map(names.map((name): [Name, Result[]] => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of turned(names, round)) results.get(name)?.push(await measure(name, round))
  }
  return results
}

/** Begins with another item each time, and goes backwards every other time, so that each follows each. */
function turned<Item>(items: readonly Item[], by: number): readonly Item[] {
  const start = by % items.length
  const order = [...items.slice(start), ...items.slice(0, start)]
  return by % 2 === 0 ? order : order.toReversed()
}
