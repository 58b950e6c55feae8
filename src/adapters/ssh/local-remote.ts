// A `Remote` whose connections live in the thread that calls it.

import type { Remote, RemoteSession } from '../../engine/ports.ts'
import { createArtefactSource } from './artefact.ts'
import { createConnect } from './connect.ts'
import { createDialler } from './dial.ts'
import { createDialLimit } from './dial-limit.ts'
import { createHostKeys } from './host-key.ts'
import { createIdentities } from './identity.ts'
import { probeHost } from './probe.ts'
import { createRedactor } from './redact.ts'
import { createSession } from './session.ts'
import type { FullSettings } from './settings.ts'
import { createSlots } from './slots.ts'
import { keepVigil } from './vigil.ts'

/** `sessions`: how many are in use now, in all threads. */
export type SshRemote = Remote & { sessions(): number }

/** No environment has this name. */
const PROBES = ' probes'

/**
 * Claims from before a standstill are given back, not begun: another process may have taken the rollout over, and a person may
 * have halted it or taken it back. Whoever still drives it claims them again.
 * `used` holds the number of sessions in use, where another thread may read it.
 */
export function createLocalRemote(
  settings: FullSettings,
  now = () => performance.now(),
  used: Int32Array = new Int32Array(1),
): SshRemote {
  const dialler = createDialler(settings, createHostKeys(settings.knownHosts), createIdentities(settings.identities))
  const limits = { count: settings.maxSessions, quota: settings.maxSessionsPerEnvironment }
  const slots = createSlots(limits, (busy) => {
    used[0] = busy
  })
  const sessions = new Set<RemoteSession>()
  const vigil = keepVigil(() => {
    for (const session of sessions) session.withdraw()
  }, now)
  const tools = {
    settings,
    vigil,
    connect: createConnect(dialler, createDialLimit(settings.dials)),
    artefacts: createArtefactSource(settings.cacheDirectory),
    redactor: createRedactor(settings.secrets),
    slots,
  }
  return {
    sessions: () => used[0] ?? 0,
    open(work, listen) {
      const session = createSession(tools, work, listen)
      sessions.add(session)
      const detach = () => {
        sessions.delete(session)
        session.detach()
      }
      return { ...session, detach }
    },
    probe: (hosts, directory) =>
      Promise.all(hosts.map((host) => inSlot(slots, () => probeHost(tools, host, directory)))),
    async close() {
      vigil.end()
      for (const session of sessions) session.detach()
    },
  }
}

function inSlot<T>(slots: ReturnType<typeof createSlots>, task: () => Promise<T>): Promise<T> {
  return new Promise((resolve) => slots(PROBES, async () => resolve(await task())))
}
