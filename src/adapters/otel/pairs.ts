// Reads `key=value,key=value`, percent-coded, as OpenTelemetry writes headers and attributes. It shows no value: they may be secret.

const MOST_CHARACTERS = 4_096

/** Throws when it is not such a list. */
export function parsePairs(text: string): Map<string, string> {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  return new Map(parts.map(parsePair))
}

function parsePair(part: string, index: number): [string, string] {
  const equals = part.indexOf('=')
  const key = part.slice(0, equals).trim()
  if (equals < 1 || !/^[\w.!#$%&'*+^`|~/-]+$/.test(key) || part.length > MOST_CHARACTERS)
    throw new Error(`must be a list like key=value,key=value; entry ${index + 1} is none`)
  try {
    return [decodeURIComponent(key), decodeURIComponent(part.slice(equals + 1).trim())]
  } catch (cause) {
    throw new Error(`has a broken percent sign in entry ${index + 1}`, { cause })
  }
}
