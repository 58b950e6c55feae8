// What GitHub says of the App when it is asked with the App's own key: the proof that the credentials work. It changes nothing.

import { z } from 'zod'
import type { Octokit } from './octokit.ts'

export type AppReport = {
  slug: string
  /** Its page, for people; `/installations/new` below it installs it. */
  page: string
  installations: number
  webhookUrl: string | undefined
  /** The newest first. */
  deliveries: readonly { event: string; at: string; code: number; status: string }[]
}

const app = z.object({ slug: z.string(), html_url: z.string(), installations_count: z.number().optional() })
const FEW = 5

/** Rejects with GitHub's errors: 401 for a key that is not the App's. */
export async function inspectApp(octokit: Octokit): Promise<AppReport> {
  const { slug, html_url, installations_count = 0 } = app.parse((await octokit.rest.apps.getAuthenticated()).data)
  const [config, deliveries] = await Promise.all([
    octokit.rest.apps.getWebhookConfigForApp(),
    octokit.rest.apps.listWebhookDeliveries({ per_page: FEW }),
  ])
  return {
    slug,
    page: html_url,
    installations: installations_count,
    webhookUrl: config.data.url,
    deliveries: deliveries.data.slice(0, FEW).map(({ event, delivered_at, status_code, status }) => {
      return { event, at: delivered_at, code: status_code, status }
    }),
  }
}
