// The benches' one way to speak: a JSON object per line on stdout, numbers rounded so that they can be read.

import { cpus, totalmem } from 'node:os'

export function print(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line, (_, value) => (typeof value === 'number' ? rounded(value) : value))}\n`)
}

/** What the figures were measured on. */
export function machine(): Record<string, unknown> {
  return { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model, memoryGb: totalmem() / 1e9 }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4))
}
