// Turns an amount into a number of hosts.

import type { Amount } from './strategy.ts'

/** `of` is the total that a percentage is taken of; the result lies in [0, of]. */
export function share(amount: Amount, of: number, round: 'up' | 'down'): number {
  if (amount.kind === 'count') return Math.min(of, Math.max(0, amount.count))
  // 1e-9: 7% of 100 is 7.000000000000001 in floating point, and must not round up to 8.
  const exact = (amount.percent * of) / 100
  const rounded = round === 'up' ? Math.ceil(exact - 1e-9) : Math.floor(exact + 1e-9)
  return Math.min(of, Math.max(0, rounded))
}
