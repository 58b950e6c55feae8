// Webhooks that did not arrive while we were away. GitHub never sends them again by itself; it is asked to, once for each
// that has not arrived by any of its attempts; and again only after a while, if that failed too.

import type { Octokit } from './octokit.ts'
import { cursors } from './pages.ts'

export type Redelivered = { asked: number; missed: number }

/** `since`: ms since 1970. `most` bounds how many are asked for at once; the rest comes with the next call. */
export async function redeliverMissed(
  app: Octokit,
  { since, most }: { since: number; most: number },
): Promise<Redelivered> {
  const missed = await readMissed(app, since)
  // The oldest first, as they happened.
  const asked = missed.reverse().slice(0, most)
  for (const delivery_id of asked) await app.rest.apps.redeliverWebhookDelivery({ delivery_id })
  return { asked: asked.length, missed: missed.length }
}

/** These will be answered the same again, whenever they come. */
const HOPELESS = [400, 413, 415]
/** What failed again when it was asked for is left alone for so long. */
const AGAIN_AFTER_MS = 30 * 60_000

type Attempt = { id: number; status_code: number; delivered_at: string; redelivery: boolean }

/** Ids of the newest attempt of each delivery that never arrived; the newest first. */
async function readMissed(app: Octokit, since: number): Promise<number[]> {
  const newest = new Map<string, Attempt>()
  const arrived = new Set<string>()
  const list = (cursor: string | undefined) =>
    app.rest.apps.listWebhookDeliveries({ per_page: 100, ...(cursor !== undefined && { cursor }) })
  for await (const data of cursors(list)) {
    for (const attempt of data) {
      if (Date.parse(attempt.delivered_at) < since) continue
      if (!newest.has(attempt.guid)) newest.set(attempt.guid, attempt)
      if (attempt.status_code >= 200 && attempt.status_code < 300) arrived.add(attempt.guid)
    }
    const last = data.at(-1)
    if (!last || Date.parse(last.delivered_at) < since) break
  }
  return [...newest].filter(([guid, attempt]) => !arrived.has(guid) && mayArrive(attempt)).map(([, { id }]) => id)
}

function mayArrive({ status_code, delivered_at, redelivery }: Attempt): boolean {
  const rests = redelivery && Date.now() - Date.parse(delivered_at) < AGAIN_AFTER_MS
  return !rests && !HOPELESS.includes(status_code)
}
