// The engine's `Remote` over SSH. It only chooses where the connections live: in this thread, or in workers.

import { tmpdir } from 'node:os'
import type { Remote } from '../../engine/ports.ts'
import { createIdentities } from './identity.ts'
import { createLocalRemote } from './local-remote.ts'
import { type SshSettings, withDefaults } from './settings.ts'
import { createWorkerRemote } from './worker-remote.ts'

/** Throws an `IdentityError` when a key of the settings cannot be used. */
export function createSshRemote(settings: SshSettings): Remote {
  const full = withDefaults(settings, tmpdir())
  if (full.workers === 0) return createLocalRemote(full)
  // Looked at here too, so that a bad key is an error for whoever starts this, not a thread that dies.
  createIdentities(full.identities)
  return createWorkerRemote(full)
}
