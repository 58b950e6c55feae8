// Takes out of a text what looks like a credential, whoever's it is: tokens that are made while the process runs are in no list of
// secrets. A second net, not the first: a secret that is known is redacted by its value.

const MASK = '[REDACTED]'

/** Each ends by itself: no pattern looks back, and none repeats what repeats. */
const SHAPES: readonly RegExp[] = [
  // GitHub: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats
  /\b(?:gh[a-z]_|github_pat_)[A-Za-z0-9_]{8,}/g,
  // Slack: bot, user, app and refresh tokens, configuration tokens.
  /\bx(?:ox[a-z]|app|oxe\.xox[a-z])-[A-Za-z0-9-]{8,}/g,
  // Slack's and others' addresses that anybody who has them may post to.
  /\bhttps:\/\/hooks\.slack\.com\/[\w/-]+/g,
  // Houston's own.
  /\bhst_[A-Za-z0-9_-]{8,}/g,
  // JSON Web Tokens.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
]

/** The first group stays. */
const LED: readonly RegExp[] = [
  // Authorization headers, as they are and in JSON.
  /\b((?:bearer|basic|token)\s{1,4})[A-Za-z0-9._~+/=-]{12,}/gi,
  // User and password of a URL.
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"']{1,500}@/gi,
  // Cookies of sessions and of their like.
  /(\b(?:set-)?cookie["']?\s{0,4}[:=]\s{0,4}["']?)[^\r\n"']{1,4000}/gi,
]

/** The same text without credentials of known shapes. Its cost is linear in the text. */
export function hideTokens(text: string): string {
  const shaped = SHAPES.reduce((rest, shape) => rest.replace(shape, MASK), text)
  return LED.reduce((rest, shape) => rest.replace(shape, `$1${MASK}`), shaped)
}
