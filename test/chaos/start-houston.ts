// How a chaos run starts Houston's own commands: a replica by `houston serve`, a runner by `houston runner`, each with a role
// of its own at the database.

import type { Ground } from './ground.ts'
import { HoustonProcess, type ProcessPlan } from './houston-process.ts'

export function replica(ground: Ground, name: string, died: ProcessPlan['died']): HoustonProcess {
  return new HoustonProcess({ ...shared(ground, name), words: ['serve', '--listen', '127.0.0.1:0'], died })
}

export function runner(
  ground: Ground,
  runner: { name: string; of: string },
  died: ProcessPlan['died'],
): HoustonProcess {
  return new HoustonProcess({ ...shared(ground, runner.name), words: ['runner', '--name', runner.of], died })
}

function shared({ postgres, database, folder }: Ground, name: string) {
  // A host's name before the query, because Houston's settings want a whole URL; the socket in the query wins over it.
  const url = postgres.url(database).replace('houston@', `${name}@localhost`)
  return {
    ...{ name, folder, env: { DATABASE_URL: url } },
    ready: async (said: readonly string[]) => said.join('').includes('"message":"ready"'),
  }
}
