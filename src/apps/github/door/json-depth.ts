// How deeply JSON is nested, told without parsing it. It does not judge whether the text is JSON at all.

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/** Arrays and objects inside each other; stops counting at `most` + 1. */
export function jsonDepth(bytes: Uint8Array, most: number): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let at = 0; at < bytes.length && deepest <= most; at += 1) {
    const byte = bytes[at] ?? 0
    if (quoted && byte === BACKSLASH) at += 1
    else if (byte === QUOTE) quoted = !quoted
    else if (!quoted && OPENING.has(byte)) deepest = Math.max(deepest, ++depth)
    else if (!quoted && CLOSING.has(byte)) depth -= 1
  }
  return deepest
}
