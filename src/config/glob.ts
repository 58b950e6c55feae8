// Patterns of an operator's grants: `*` is any text, `?` one character. The whole text must fit; a beginning is never enough.

/** Linear in practice: it goes back to the last star only, so a hostile text cannot make it slow. Case counts. */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** For addresses: case does not count, and a pattern of digits such as `10.0.*` fits only IPv4 addresses, never `10.0.evil.com`. */
export function matchesHostGlob(pattern: string, address: string): boolean {
  const digits = /^[\d.*?]+$/.test(pattern) && /\d/.test(pattern)
  if (digits && !/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return false
  return matchesGlob(pattern.toLowerCase(), address.toLowerCase())
}

/** For `owner/name`: as GitHub, case does not count, and no star reaches over the slash. */
export function matchesRepositoryGlob(pattern: string, repository: string): boolean {
  const wanted = pattern.toLowerCase().split('/')
  const parts = repository.toLowerCase().split('/')
  if (pattern === '*') return true
  return wanted.length === parts.length && wanted.every((part, index) => matchesGlob(part, parts[index] ?? ''))
}
