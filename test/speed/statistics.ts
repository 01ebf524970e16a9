/** Medians and percentiles of measured numbers. */

/** The middle value, or the mean of the two middle ones. @throws when there are none */
export function median(values: readonly number[]): number {
  return (percentile(values, 0.5, 'floor') + percentile(values, 0.5, 'ceil')) / 2
}

/**
 * The value below which a share of all values lies.
 *
 * @param share    0 to 1
 * @param rounding which neighbour to take when the share falls between two values
 * @throws when there are none
 */
export function percentile(values: readonly number[], share: number, rounding: 'floor' | 'ceil' = 'ceil'): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math[rounding](share * (sorted.length - 1))]
  if (value === undefined) throw new Error('No values to take a percentile of.')
  return value
}
