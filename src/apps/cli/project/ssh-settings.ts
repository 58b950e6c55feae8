// From the operator's settings to what the SSH adapter needs: reads key files and known_hosts, and picks one key per identity.

import { existsSync, readFileSync } from 'node:fs'
import type { Identity as SshIdentity, SshSettings } from '../../../adapters/ssh/settings.ts'
import type { Identity, Key, Settings } from '../../../config/settings.ts'
import { findSecrets } from '../../../core/find-secrets.ts'

/** Nothing is asked of any key: for sessions that only look. */
export const NO_SSH: SshSettings = { knownHosts: [], identities: {} }

/** An identity without a usable key is left out: a host that needs it fails with its name. */
export async function sshSettings(settings: Settings): Promise<SshSettings> {
  const identities: Record<string, SshIdentity> = {}
  for (const [name, identity] of settings.identities) {
    const usable = await usableKey(identity)
    if (usable) identities[name] = usable
  }
  return {
    ...{ knownHosts: readAll(settings.knownHosts), identities, ...settings.ssh },
    secrets: findSecrets(settings),
    cacheDirectory: `${settings.dataDirectory}/artefacts`,
  }
}

/** The first key that can be used; an agent without keys cannot. */
async function usableKey({ keys }: Identity): Promise<SshIdentity | undefined> {
  const last = keys.at(-1)
  for (const key of keys) {
    if (key.kind === 'agent') {
      if (key === last || (await agentKeys(key.socket)) > 0) return { kind: 'agent', socket: key.socket }
      continue
    }
    const pem = pemOf(key)
    if (pem !== undefined) return { kind: 'key', pem, ...(key.passphrase && { passphrase: key.passphrase.reveal() }) }
  }
  return undefined
}

/** How many keys an agent holds; 0 when it does not answer. */
export async function agentKeys(socket: string): Promise<number> {
  const { default: ssh2 } = await import('ssh2')
  return await new Promise((resolve) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => resolve(error ? 0 : (keys?.length ?? 0)))
  })
}

function pemOf(key: Exclude<Key, { kind: 'agent' }>): string | undefined {
  if (key.kind === 'text') return key.pem.reveal()
  return existsSync(key.file) ? readFileSync(key.file, 'utf8') : undefined
}

function readAll(files: readonly string[]): string[] {
  return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'))
}
