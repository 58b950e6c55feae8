// Webhooks that did not arrive while we were away. GitHub never sends them again by itself; it is asked to, once for each
// that has not arrived by any of its attempts.

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

/** Ids of the newest attempt of each delivery that never arrived; the newest first. */
async function readMissed(app: Octokit, since: number): Promise<number[]> {
  const attempts = new Map<string, { id: number; arrived: boolean }>()
  const list = (cursor: string | undefined) =>
    app.rest.apps.listWebhookDeliveries({ per_page: 100, ...(cursor !== undefined && { cursor }) })
  for await (const data of cursors(list)) {
    for (const { id, guid, status_code, delivered_at } of data) {
      if (Date.parse(delivered_at) < since) continue
      const newest = attempts.get(guid)
      const arrived = status_code >= 200 && status_code < 300
      attempts.set(guid, { id: newest?.id ?? id, arrived: arrived || (newest?.arrived ?? false) })
    }
    const last = data.at(-1)
    if (!last || Date.parse(last.delivered_at) < since) break
  }
  return [...attempts.values()].filter(({ arrived }) => !arrived).map(({ id }) => id)
}
