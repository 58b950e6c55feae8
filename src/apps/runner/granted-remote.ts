// A `Remote` that dials only what this machine's operator has granted. Whoever plans a rollout checks grants too, but by its
// own settings; keys are used here, so here they are looked at again.

import { mayReach } from '../../config/may-use.ts'
import type { Settings } from '../../config/settings.ts'
import type { Host } from '../../core/fleet.ts'
import type { HostReading, HostReport, Remote } from '../../engine/ports.ts'

/** A probe belongs to no environment: there, a grant for any is enough. */
export function createGrantedRemote(remote: Remote, settings: Settings): Remote {
  return {
    open(work, listen) {
      const refusals = work.hosts.map(({ host }) => refusalOf(settings, host, work.work.environment))
      const session = remote.open(work, listen)
      return {
        run(claims) {
          const { granted = [], refused = [] } = Object.groupBy(claims, ({ host }) =>
            refusals[host] === undefined ? 'granted' : 'refused',
          )
          if (granted.length > 0) session.run(granted)
          const reports = refused.map(
            ({ host, attempt }): HostReport => ({
              ...{ host, attempt, kind: 'host-unreachable' },
              signature: refusals[host] ?? '',
            }),
          )
          if (reports.length > 0) listen(reports)
        },
        withdraw: () => session.withdraw(),
        detach: () => session.detach(),
      }
    },
    async probe(hosts, directory) {
      const readings = await remote.probe(
        hosts.filter((host) => refusalOf(settings, host) === undefined),
        directory,
      )
      const next = readings.values()
      return hosts.map((host): HostReading => {
        const signature = refusalOf(settings, host)
        if (signature !== undefined) return { kind: 'unreachable', signature }
        return next.next().value ?? { kind: 'unreachable', signature: 'it was not read' }
      })
    },
    close: () => remote.close(),
  }
}

/** The work does not say whose repository it is: a grant of any repository counts, for the same environment and address. */
function refusalOf(settings: Settings, host: Host, environment?: string): string | undefined {
  const grants = [...settings.identities.values()].flatMap(({ allow }) => allow)
  const granted = grants.some(({ repository, environments }) =>
    (environment === undefined ? environments : [environment]).some(
      (each) => mayReach(settings, { repository, environment: each, host }).kind === 'allowed',
    ),
  )
  return granted ? undefined : `this runner's settings grant no key for ${host.address}`.slice(0, 120)
}
