/** What was measured several times: the median, and the quartiles as its spread. */
export interface Distribution {
  readonly median: number
  readonly low: number
  readonly high: number
  readonly best: number
  readonly count: number
}

/** The distribution of values; the least is the best. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = values.toSorted((one, other) => one - other)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    best: quantile(sorted, 0),
    count: sorted.length,
  }
}

/** The value below which a fraction of the values lies, between two of them where none stands there. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const place = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/**
 * The least of values. Goals compare it, since whatever else a machine does only adds to a time, and to one median more than
 * to another.
 */
export function best(values: readonly number[]): number {
  return distributionOf(values).best
}

export function median(values: readonly number[]): number {
  return distributionOf(values).median
}
