// The deploy request of a bench: the three steps as a recipe, all hosts in three zones, P in flight, no failure tolerated.

import type { Fleet } from '../../src/core/fleet.ts'
import type { HostWork } from '../../src/core/recipe.ts'
import type { Strategy } from '../../src/core/strategy.ts'
import type { DeployRequest } from '../../src/engine/plan-deploy.ts'
import type { Job } from './job.ts'

const ZONES = ['a', 'b', 'c']

export function deployRequest(job: Job): DeployRequest {
  return {
    work: work(job),
    fleet: fleet(job),
    strategy: strategy(job),
    includeCurrent: false,
    by: { via: 'terminal', id: 'bench', name: 'bench' },
  }
}

// The release's directory is made, and `current` switched, by Houston itself.
function work({ release, root, folder }: Job): HostWork {
  return {
    application: 'bench',
    environment: 'bench',
    release: { id: release, artefact: { kind: 'none' }, variables: {} },
    recipe: {
      scripts: {
        fetch: 'echo "$HOUSTON_RELEASE" >release.txt',
        start: 'echo "$HOUSTON_RELEASE" >"$HOUSTON_DIRECTORY/started"',
      },
      timeoutMs: 600_000,
    },
    directory: `${root}/{{host}}/${folder}`,
    // The rivals remove no old releases either, and a bench makes one a round.
    keep: 1_000,
  }
}

function fleet({ hosts }: Job): Fleet {
  return {
    zones: ZONES.map((name, zone) => ({
      name,
      hosts: hosts
        .filter((_, index) => index % ZONES.length === zone)
        .map((host) => ({ ...host, identity: 'bench', jumps: [] })),
    })),
  }
}

function strategy({ parallel }: Job): Strategy {
  return {
    order: 'striped',
    batch: [{ kind: 'count', count: parallel }],
    barrier: false,
    maxUnavailable: { kind: 'percent', percent: 100 },
    maxFailures: { fleet: { kind: 'count', count: 0 } },
    betweenZones: { kind: 'continue' },
  }
}
