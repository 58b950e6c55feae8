// Writes releases of a small web application, for the demo and for end-to-end tests: one that works, and ones that are
// broken on some hosts. On a fleet's host it needs `sh` and the Node that runs the fleet, and nothing else.

import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** How a release misbehaves: it does not come up, or it comes up and answers its health check with a 500. */
export type SiteFault = 'refuses' | 'answers-500'

export type SiteRelease = {
  /** What the application says of itself. */
  release: string
  /** By host name; elsewhere it works. */
  faults?: Readonly<Record<string, SiteFault>>
}

/**
 * The site's part of a recipe. `start` replaces what ran before, waits until the new one listens, and fails when it does
 * not come up. Both run in the release's directory, below the directory of the application on the host.
 */
export const SITE_SCRIPTS = { preflight: 'test -x "$HOUSTON_FLEET_NODE"', start: 'exec sh ./start' } as const

/** Where the site answers, beside `/`: 200 when well. The port is the host's `webPort`, the address its own. */
export const SITE_HEALTH_PATH = '/healthz'

/** Writes the files of one release into `directory`, which is made when it is missing. */
export async function writeSite(directory: string, { release, faults = {} }: SiteRelease): Promise<void> {
  await mkdir(directory, { recursive: true })
  await copyFile(fileURLToPath(new URL('./site-server.mjs', import.meta.url)), join(directory, 'server.mjs'))
  await writeFile(join(directory, 'release.json'), `${JSON.stringify({ release, faults }, undefined, 2)}\n`)
  await writeFile(join(directory, 'start'), 'exec "$HOUSTON_FLEET_NODE" server.mjs start\n')
}
