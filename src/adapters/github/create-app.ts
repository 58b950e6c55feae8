// The last step of making an App from a manifest: the code that GitHub sent the person back with becomes the App's credentials.
// A code works once, within an hour. Nothing is kept here.

import { z } from 'zod'
import { Secret } from '../../core/secret.ts'
import { HoustonOctokit } from './octokit.ts'
import type { OauthClient } from './sign-in.ts'

export type NewApp = { id: number; privateKey: Secret; webhookSecret: Secret; oauth: OauthClient }

const made = z.object({
  ...{ id: z.int().positive(), pem: z.string().min(1), webhook_secret: z.string().min(16) },
  ...{ client_id: z.string().min(1), client_secret: z.string().min(1) },
})

/** What a code looks like; anything else is not sent. */
export function isManifestCode(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,100}$/.test(text)
}

/** Rejects with GitHub's errors: 404 for a code that was used or is too old. */
export async function createApp(apiUrl: string, code: string): Promise<NewApp> {
  const octokit = new HoustonOctokit({ baseUrl: apiUrl })
  const { data } = await octokit.request('POST /app-manifests/{code}/conversions', { code })
  const { id, pem, webhook_secret, client_id, client_secret } = made.parse(data)
  return {
    ...{ id, privateKey: new Secret(pem), webhookSecret: new Secret(webhook_secret) },
    oauth: { id: client_id, secret: new Secret(client_secret) },
  }
}
