// What a program on a fleet's host finds in its environment. It marks every process of the fleet, so that none is left
// behind; it holds no secret.

import type { FleetHost } from './fleet-layout.ts'

/** Names the fleet's root in every process that runs on one of its hosts. */
export const ROOT_VARIABLE = 'HOUSTON_FLEET_ROOT'
export const HOST_VARIABLE = 'HOUSTON_FLEET_HOST'

/** The variables that a session on `host` gets beside those of any SSH login. */
export function hostEnvironment(host: FleetHost, root: string): Record<string, string> {
  return {
    // Its own, as a machine's would be: a login shell must not read the start-up files of whoever runs the fleet.
    HOME: host.directory,
    [ROOT_VARIABLE]: root,
    [HOST_VARIABLE]: host.name,
    HOUSTON_FLEET_ADDRESS: host.address,
    HOUSTON_FLEET_WEB_PORT: String(host.webPort),
    HOUSTON_FLEET_NODE: process.execPath,
  }
}
