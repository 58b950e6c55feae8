// Finds the word that was probably meant. It suggests nothing when nothing is near.

/** The nearest of `words`, when at most a third of its letters differ; ignores case. */
export function suggest(word: string, words: readonly string[]): string | undefined {
  const lower = word.toLowerCase().replaceAll('-', '_')
  if (lower.length > 40) return undefined
  const near = words
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase().replaceAll('-', '_')) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) row.push(cell({ a, b, i, j, row, last, before }))
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

type Cell = { a: string; b: string; i: number; j: number; row: number[]; last: number[]; before: number[] }

function cell({ a, b, i, j, row, last, before }: Cell): number {
  const same = a[i - 1] === b[j - 1] ? 0 : 1
  const plain = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same)
  const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
  return swapped ? Math.min(plain, at(before, j - 2) + 1) : plain
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
