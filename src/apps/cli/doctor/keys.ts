// Checks of what SSH needs on this side: identities and known_hosts. No host is asked.

import { existsSync, readFileSync } from 'node:fs'
import type { Identity, Key, Settings } from '../../../config/settings.ts'
import type { Fleet } from '../../../core/fleet.ts'
import { many } from '../../../core/phrases.ts'
import { agentKeys } from '../project/ssh-settings.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** One check per identity. */
export async function checkIdentities({ identities, source }: Settings): Promise<Check[]> {
  const { default: ssh2 } = await import('ssh2')
  const problemOf = (pem: string, passphrase: string | undefined): string | undefined => {
    const key = ssh2.utils.parseKey(pem, passphrase)
    return key instanceof Error ? key.message : undefined
  }
  return await Promise.all([...identities.values()].map((identity) => checkIdentity(identity, source, problemOf)))
}

type ProblemOf = (pem: string, passphrase: string | undefined) => string | undefined

async function checkIdentity(identity: Identity, source: Settings['source'], problemOf: ProblemOf): Promise<Check> {
  const name = `identity ${identity.name}`
  const found: { good: boolean; words: string }[] = []
  for (const key of identity.keys) found.push(await tryKey(key, problemOf))
  const words = found.map((each) => each.words).join('; ')
  if (found.some(({ good }) => good)) return ok(name, words)
  const next =
    source === 'default'
      ? 'start an agent and add a key (ssh-add), or make ~/.ssh/id_ed25519, or write houston.server.yml'
      : 'correct the identity in houston.server.yml'
  return fail(name, words === '' ? 'no key' : words, next)
}

async function tryKey(key: Key, problemOf: ProblemOf): Promise<{ good: boolean; words: string }> {
  if (key.kind === 'agent') {
    const count = await agentKeys(key.socket)
    return {
      good: count > 0,
      words: count > 0 ? `agent with ${many(count, 'key')}` : 'the agent has no key or does not answer',
    }
  }
  if (key.kind === 'file' && !existsSync(key.file)) return { good: false, words: `${key.file} does not exist` }
  const pem = key.kind === 'file' ? readFileSync(key.file, 'utf8') : key.pem.reveal()
  const problem = problemOf(pem, key.passphrase?.reveal())
  const where = key.kind === 'file' ? key.file : 'key from the environment'
  return { good: problem === undefined, words: problem === undefined ? where : `${where}: ${problem}` }
}

export function checkKnownHosts({ knownHosts }: Settings): Check {
  const there = knownHosts.filter((file) => existsSync(file))
  const lines = there.flatMap((file) => readFileSync(file, 'utf8').split('\n')).filter((line) => /^[^#\s]/.test(line))
  if (lines.length > 0)
    return ok('known_hosts', `${many(lines.length, 'entry').replace('entrys', 'entries')} in ${there.join(', ')}`)
  return warn(
    'known_hosts',
    `no host is known (${knownHosts.join(', ')})`,
    'ssh-keyscan -H <host> >> ~/.ssh/known_hosts, after comparing the fingerprints',
  )
}

/** One host per zone. */
export function firstHosts(fleet: Fleet) {
  return fleet.zones.flatMap((zone) => {
    const [host] = zone.hosts
    return host ? [{ zone: zone.name, host }] : []
  })
}
