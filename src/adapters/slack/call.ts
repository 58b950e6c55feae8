// One request to Slack's Web API: one attempt, which ends with its signal. Nothing here repeats or waits; what an answer
// means is `fault.ts`'s matter.

import { webApi } from '@slack/bolt'

export type Call = (method: string, given: Record<string, unknown>) => Promise<unknown>

/** Where a workspace is reached. `url`: of its Web API, when it is not Slack's own. */
export type Line = { token: string; url?: string }

/** The answer was 429: certainly not done. */
export class TooMany extends Error {
  readonly retryAfterMs: number | undefined

  constructor(retryAfterMs: number | undefined) {
    super('too many requests')
    this.retryAfterMs = retryAfterMs
  }
}

export function openCall({ token, url }: Line, signal: AbortSignal): Call {
  const client = new webApi.WebClient(token, {
    retryConfig: { retries: 0 },
    logger: SILENT,
    // Its body is read here, so that a connection that is cut in the middle of it is one more failed request.
    fetch: async (input, init) => {
      const response = await fetch(input, { ...init, signal })
      if (response.status === 429) throw new TooMany(readSeconds(response.headers.get('retry-after')))
      return new Response(await response.text(), { status: response.status, headers: response.headers })
    },
    ...(url !== undefined && { slackApiUrl: url }),
  })
  return (method, given) => client.apiCall(method, given)
}

function readSeconds(header: string | null): number | undefined {
  const seconds = Number(header)
  return header !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined
}

/** It would write to the console what belongs into the log, or nowhere. */
export const SILENT: webApi.Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => webApi.LogLevel.ERROR,
  setName() {},
}
