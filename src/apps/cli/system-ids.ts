// Ids that sort by time, and hashes.

import { createHash, randomBytes } from 'node:crypto'
import type { Ids } from '../../engine/ports.ts'

let last = { at: 0, count: 0 }

export const systemIds: Ids = {
  /** 9 characters of time, 3 of order within a millisecond, 6 by chance: unique among processes too. */
  next: () => {
    const at = Math.max(Date.now(), last.at)
    last = { at, count: at === last.at ? last.count + 1 : 0 }
    const chance = randomBytes(6).readUIntBE(0, 6) % 36 ** 6
    return [
      [at, 9],
      [last.count, 3],
      [chance, 6],
    ]
      .map(([number = 0, width = 0]) => number.toString(36).padStart(width, '0'))
      .join('')
  },
  digest: (text) => createHash('sha256').update(text).digest('hex'),
}
