// Asks every host's application directly, as its visitors do: not over SSH, and not through Houston.

import { z } from 'zod'
import type { FleetHost } from './fleet-layout.ts'
import { SITE_HEALTH_PATH } from './site.ts'

export type SiteAnswer = { kind: 'answered'; status: number; release: string } | { kind: 'silent' }

const body = z.object({ release: z.string() })
const PATIENCE_MS = 2_000

export async function askSites(hosts: readonly FleetHost[]): Promise<Map<string, SiteAnswer>> {
  return new Map(await Promise.all(hosts.map(async (host) => [host.name, await askSite(host)] as const)))
}

async function askSite({ address, webPort }: FleetHost): Promise<SiteAnswer> {
  try {
    const url = `http://${address}:${webPort}${SITE_HEALTH_PATH}`
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { connection: 'close' } })
    return { kind: 'answered', status: response.status, release: body.parse(await response.json()).release }
  } catch {
    return { kind: 'silent' }
  }
}
