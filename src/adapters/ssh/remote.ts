// The engine's `Remote` over SSH. It puts the parts together and knows whether they live in this thread or in workers.

import { tmpdir } from 'node:os'
import type { Remote } from '../../engine/ports.ts'
import { createLocalRemote } from './local-remote.ts'
import { type SshSettings, withDefaults } from './settings.ts'

/** Throws an `IdentityError` when a key of the settings cannot be used. */
export function createSshRemote(settings: SshSettings): Remote {
  const full = withDefaults(settings, tmpdir())
  return createLocalRemote(full)
}
