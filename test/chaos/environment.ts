// The environments of a chaos run, and what is deployed to them: how many hosts, in which zones, and which releases are bad.

import type { Fleet } from '../../src/apps/demo/fleet.ts'
import type { Fleet as Hosts } from '../../src/core/fleet.ts'
import type { Strategy } from '../../src/core/strategy.ts'
import type { DeployRequest } from '../../src/engine/plan-deploy.ts'
import type { Dice } from './dice.ts'
import { BAD_HOSTS, recordingScripts } from './host-record.ts'

export const APPLICATION = 'chaos'
export const RUNNER = 'eu'
/** Hosts that a rollout has in hand at most. */
export const IN_FLIGHT = 3
export const PERSON = { via: 'terminal', id: '1', name: 'ada' } as const

export type Environment = { name: string; hosts: Hosts; directory: string; strategy: Strategy; checksPort?: number }

/** Half of each environment's hosts lie in zone `eu`, which in every second environment is reached through a runner. */
export function environmentsOf(fleet: Fleet, count: number): Environment[] {
  const each = Math.ceil(fleet.hosts.length / count)
  return Array.from({ length: count }, (_, index) => {
    const own = fleet.hosts.slice(index * each, (index + 1) * each)
    const odd = index % 2 === 1
    const hosts = own.map(({ name, address, port, user }) => ({
      ...{ name, address, port, user, identity: 'default', jumps: [] },
    }))
    const half = Math.ceil(hosts.length / 2)
    const far = hosts.slice(half).map((host) => ({ ...host, ...(odd && { runner: RUNNER }) }))
    return {
      name: `e${index + 1}`,
      hosts: {
        zones: [
          { name: 'us', hosts: hosts.slice(0, half) },
          { name: 'eu', hosts: far },
        ],
      },
      directory: `${fleet.root}/{{host}}/srv`,
      strategy: strategyOf(index),
      ...(index % 3 === 0 && { checksPort: own[0]?.port ?? 0 }),
    }
  })
}

function strategyOf(index: number): Strategy {
  return {
    order: index % 2 === 0 ? 'striped' : 'zone-by-zone',
    ...(index % 3 === 1 && { canary: { hosts: { kind: 'count', count: 1 }, after: { kind: 'bake', ms: 500 } } }),
    batch: [{ kind: 'count', count: IN_FLIGHT }],
    barrier: index % 4 === 3,
    maxUnavailable: { kind: 'percent', percent: 60 },
    maxFailures: { fleet: { kind: 'count', count: 1 } },
    betweenZones: { kind: 'continue' },
  }
}

/** The environment's release with this number. One in four does not start everywhere. */
export function requestFor(
  { name, hosts, directory, strategy, checksPort }: Environment,
  number: number,
  dice: Dice,
): DeployRequest {
  const names = hosts.zones.flatMap((zone) => zone.hosts.map((host) => host.name))
  const bad = dice.chance(0.25) ? dice.shuffle(names).slice(0, dice.between(1, 4)) : []
  const check = { kind: 'tcp', address: '{{address}}', port: checksPort ?? 0 } as const
  const validate = { check, retries: 20, intervalMs: 500, timeoutMs: 5_000 }
  return {
    work: {
      ...{ application: APPLICATION, environment: name, directory, keep: 3 },
      release: { id: `${name}-${number}`, artefact: { kind: 'none' }, variables: { [BAD_HOSTS]: bad.join(' ') } },
      recipe: { scripts: recordingScripts(), timeoutMs: 60_000, ...(checksPort !== undefined && { validate }) },
    },
    ...{ fleet: hosts, strategy, includeCurrent: false, by: PERSON },
  }
}
