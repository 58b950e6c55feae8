// A remote for a person's own machine, where one set of keys stands for whichever identity a plan names.

import type { Host } from '../../core/fleet.ts'
import type { Remote } from '../../engine/ports.ts'

export function withOneIdentity(remote: Remote, identity: string): Remote {
  const own = (host: Host): Host => ({
    ...host,
    identity,
    jumps: host.jumps.map((jump) => ({ ...jump, identity })),
  })
  return {
    open: (work, listen) =>
      remote.open({ ...work, hosts: work.hosts.map((each) => ({ ...each, host: own(each.host) })) }, listen),
    probe: (hosts, directory) => remote.probe(hosts.map(own), directory),
    close: () => remote.close(),
  }
}
