// A `Remote` that sends each host to where it is reached from: those that name a runner to the queue, the others to this
// process. Indexes stay the rollout's.

import type { Host } from '../core/fleet.ts'
import type { HostReading, Remote, RemoteSession, RolloutWork } from './ports.ts'

export function createRouteRemote({ local, queued }: { local: Remote; queued: Remote }): Remote {
  return {
    open: (work, listen) => {
      const here = local.open(work, listen)
      return work.hosts.some(({ host }) => isFar(host)) ? both(work, { here, far: queued.open(work, listen) }) : here
    },
    async probe(hosts, directory) {
      const [here, far] = await Promise.all([
        local.probe(
          hosts.filter((host) => !isFar(host)),
          directory,
        ),
        queued.probe(hosts.filter(isFar), directory),
      ])
      const next = { here: here.values(), far: far.values() }
      return hosts.map((host): HostReading => {
        const reading = (isFar(host) ? next.far : next.here).next().value
        return reading ?? { kind: 'unreachable', signature: 'it was not read' }
      })
    },
    async close() {
      await Promise.all([local.close(), queued.close()])
    },
  }
}

function both(work: RolloutWork, { here, far }: { here: RemoteSession; far: RemoteSession }): RemoteSession {
  return {
    run(claims) {
      const parts = Map.groupBy(claims, ({ host }) => isFar(work.hosts[host]?.host))
      const [near, away] = [parts.get(false), parts.get(true)]
      if (near) here.run(near)
      if (away) far.run(away)
    },
    withdraw() {
      here.withdraw()
      far.withdraw()
    },
    detach() {
      here.detach()
      far.detach()
    },
  }
}

function isFar(host: Host | undefined): boolean {
  return host?.runner !== undefined
}
