// A stream that fails when more passes through it than was allowed.

import { Transform } from 'node:stream'

/** More bytes than the cap. */
export class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`)
  }
}

export function capped(maxBytes: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length
      if (bytes > maxBytes) next(new TooLarge(maxBytes))
      else next(null, chunk)
    },
  })
}
