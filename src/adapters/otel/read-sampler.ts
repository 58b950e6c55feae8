// Which share of traces is told. No trace of Houston's begins elsewhere, so what is "based on the parent" is what it says of roots.

import type { VariableReader } from './variable-reader.ts'

const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
]

/** 0 to 1. Without a variable everything is told. */
export function readSampler(read: VariableReader): number {
  const sampler = read.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS)
  switch (sampler) {
    case 'always_off':
    case 'parentbased_always_off':
      return 0
    case 'traceidratio':
    case 'parentbased_traceidratio':
      return read.parsed('OTEL_TRACES_SAMPLER_ARG', parseRatio) ?? 1
    case 'always_on':
    case 'parentbased_always_on':
    case undefined:
      return 1
    default:
      return sampler satisfies never
  }
}

function parseRatio(text: string): number {
  const ratio = Number(text)
  if (!(ratio >= 0 && ratio <= 1)) throw new Error('must be a number from 0 to 1')
  return ratio
}
