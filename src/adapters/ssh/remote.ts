// The engine's `Remote` over SSH. It only chooses where connections live: in this thread, or, for many hosts, in workers.

import { tmpdir } from 'node:os'
import { createLocalRemote, type SshRemote } from './local-remote.ts'
import { type SshSettings, withDefaults } from './settings.ts'
import { createWorkerRemote } from './worker-remote.ts'

/** Throws an `IdentityError` when a key of the settings cannot be used. */
export function createSshRemote(settings: SshSettings): SshRemote {
  const full = withDefaults(settings, tmpdir())
  const local = createLocalRemote(full)
  let remote: SshRemote | undefined
  const workers = () => {
    remote ??= createWorkerRemote(full)
    return remote
  }
  const place = (hosts: number) => (full.workers > 0 && hosts >= full.manyHosts ? workers() : local)
  return {
    sessions: () => local.sessions() + (remote?.sessions() ?? 0),
    open: (work, listen) => place(work.hosts.length).open(work, listen),
    probe: (hosts, directory) => place(hosts.length).probe(hosts, directory),
    async close() {
      await Promise.all([local.close(), remote?.close()])
    },
  }
}
