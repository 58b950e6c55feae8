// A `Remote` in whose process the release's file is before its claims run. Without the file they run all the same: an
// attach needs none, and what is missing shows where it is missed.

import type { Artefact } from '../core/release.ts'
import type { Claim, HostReport, Remote, RemoteSession, RolloutWork } from './ports.ts'
import type { Artefacts } from './ports-artefacts.ts'

export function createSuppliedRemote(remote: Remote, artefacts: Artefacts): Remote {
  return {
    open: (work, listen) =>
      work.work.release.artefact.kind === 'path'
        ? openSupplied({ remote, artefacts, work, listen })
        : remote.open(work, listen),
    probe: (hosts, directory) => remote.probe(hosts, directory),
    close: () => remote.close(),
  }
}

type Supply = {
  remote: Remote
  artefacts: Artefacts
  work: RolloutWork
  listen: (reports: readonly HostReport[]) => void
}

/** The file is fetched for the first claim, not before: all hosts may be somebody else's. */
function openSupplied({ remote, artefacts, work, listen }: Supply): RemoteSession {
  const { artefact } = work.work.release
  let waiting: Claim[] = []
  let session: RemoteSession | undefined
  let fetching = false
  let detached = false

  async function supply(): Promise<void> {
    const found = await artefacts.present(artefact).catch(() => artefact)
    if (detached) return
    session = remote.open(withArtefact(work, found), listen)
    session.run(waiting)
    waiting = []
  }
  return {
    run(claims) {
      if (session) return session.run(claims)
      waiting.push(...claims)
      if (!fetching) void supply()
      fetching = true
    },
    withdraw() {
      session?.withdraw()
      const back = waiting
      waiting = []
      const reports = back.map(
        ({ host, attempt }): HostReport => ({ host, attempt, kind: 'host-withdrawn', absent: false }),
      )
      if (reports.length > 0) queueMicrotask(() => detached || listen(reports))
    },
    detach() {
      detached = true
      session?.detach()
    },
  }
}

function withArtefact(work: RolloutWork, artefact: Artefact): RolloutWork {
  return { ...work, work: { ...work.work, release: { ...work.work.release, artefact } } }
}
