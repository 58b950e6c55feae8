// A chain of records, each carrying the hash of the one before it, so that what was written cannot be changed unseen. The
// digest comes from outside.

type Link = { seq: number; previous: string; hash: string }

/** SHA-256 of a text, hex. */
export type Digest = (text: string) => string

/** The end of a chain: its last link's number and hash. */
export type ChainEnd = { seq: number; hash: string }

export const EMPTY_CHAIN: ChainEnd = { seq: 0, hash: '' }

/** The link that follows `end`. `said` is what the hash covers, with its number and the hash before. */
export function nextLink(end: ChainEnd, said: readonly unknown[], digest: Digest): Link {
  const seq = end.seq + 1
  return { seq, previous: end.hash, hash: digest(JSON.stringify([end.hash, seq, ...said])) }
}

/** The number of the first link that was changed, removed or put in between; `undefined` when the chain is whole. */
export function brokenLink<Entry extends Link>(
  chain: readonly Entry[],
  sayOf: (entry: Entry) => readonly unknown[],
  digest: Digest,
): number | undefined {
  let end = EMPTY_CHAIN
  for (const entry of chain) {
    const { seq, previous, hash } = nextLink(end, sayOf(entry), digest)
    if (entry.seq !== seq || entry.previous !== previous || entry.hash !== hash) return seq
    end = { seq, hash }
  }
  return undefined
}
