// Addresses that may stand in a link, whatever the surface. No markup is made here.

/** The address, when nothing in it could end a link in Markdown, in a chat's markup or in HTML. */
export function plainUrl(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\/[\w.~:/?#@!$&*+,;=%-]+$/.test(url) ? url : undefined
}
