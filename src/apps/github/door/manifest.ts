// The App's manifest as GitHub wants it, made of app.yml and of where this server is. It asks nobody.

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { WEBHOOKS_PATH } from './webhooks-route.ts'

const APP = new URL('../../../../app.yml', import.meta.url)

const appSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  url: z.string(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
})

export type Wanted = {
  /** Where GitHub and people reach this server. */
  url: string
  /** Where GitHub sends the person back to. */
  back: string
  /** Whether teams may be named as deployers. */
  teams: boolean
}

/** As JSON. The person may change the name on GitHub's page: it must be unique there. */
export function writeManifest({ url, back, teams }: Wanted): string {
  const app = appSchema.parse(parse(readFileSync(APP, 'utf8')))
  return JSON.stringify({
    ...app,
    url,
    hook_attributes: { url: `${url}${WEBHOOKS_PATH}`, active: true },
    redirect_url: back,
    callback_urls: [`${url}/sign-in/callback`],
    default_permissions: { ...app.default_permissions, ...(teams && { members: 'read' }) },
  })
}
