// Whether a repository may use a key on a host. A repository's file can never reach what the operator did not grant: everything
// that is not granted is refused, and globs must fit whole.

import type { Host } from '../core/fleet.ts'
import { matchesGlob, matchesHostGlob, matchesRepositoryGlob } from './glob.ts'
import type { Grant, Identity, Settings } from './settings.ts'

/** `address` is what would be dialled. A host's name is the repository's own choice and proves nothing. */
export type Use = { repository: string; environment: string; address: string; identity: string }

export type UseAnswer =
  | { kind: 'allowed'; identity: Identity }
  | {
      kind: 'refused'
      reason: 'unknown-identity' | 'not-granted'
      use: Use
      /** What the operator would add to houston.server.yml. */
      add: string
    }

export function mayUse(settings: Settings, use: Use): UseAnswer {
  const identity = findIdentity(settings, use.identity)
  const granted = identity?.allow.some((grant) => covers(grant, use)) === true
  if (identity !== undefined && granted) return { kind: 'allowed', identity }
  return {
    kind: 'refused',
    reason: identity === undefined ? 'unknown-identity' : 'not-granted',
    use,
    add: advice(use, identity),
  }
}

/** A host and everything that is jumped through on the way to it: each needs its grant. Answers the first refusal. */
export function mayReach(settings: Settings, to: { repository: string; environment: string; host: Host }): UseAnswer {
  const { repository, environment, host } = to
  const target = mayUse(settings, { repository, environment, address: host.address, identity: host.identity })
  const jumps = host.jumps.map(({ address, identity }) =>
    mayUse(settings, { repository, environment, address, identity }),
  )
  return jumps.find(({ kind }) => kind === 'refused') ?? target
}

/** Without a settings file the person's own keys stand for every name. */
function findIdentity(settings: Settings, name: string): Identity | undefined {
  return settings.identities.get(settings.source === 'default' ? 'default' : name)
}

function covers(grant: Grant, use: Use): boolean {
  return (
    matchesRepositoryGlob(grant.repository, use.repository) &&
    grant.environments.some((pattern) => matchesGlob(pattern, use.environment)) &&
    grant.hosts.some((pattern) => matchesHostGlob(pattern, use.address))
  )
}

function advice({ repository, environment, address, identity }: Use, known: Identity | undefined): string {
  const grant = `{ repository: ${quote(repository)}, environments: [${quote(environment)}], hosts: [${quote(address)}] }`
  if (known !== undefined) return `identities.${identity}.allow: - ${grant}`
  return `identities: { ${quote(identity)}: { key_file: …, allow: [${grant}] } }`
}

function quote(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) ? text : JSON.stringify(text)
}
