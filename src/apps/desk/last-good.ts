// The last configuration of each default branch that could be used. A file that was broken since, or that has the environment no
// longer, must not keep anybody from stopping or taking back what runs there. It begins nothing; rights are asked of GitHub anew.

import type { Github } from '../../adapters/github/octokit.ts'
import type { Config } from '../../config/config.ts'
import type { Target } from '../../core/command.ts'
import type { Act } from '../../engine/ports-desk.ts'
import type { Home, HomeReading } from './home.ts'
import { onlyStops } from './only-stops.ts'

/** Memory of this process, by the repository's number; `of`: by environment. */
type Kept = { whole: Map<number, Config>; of: Map<string, Config> }

const kept = new WeakMap<Github, Kept>()

/** Whatever reads a usable configuration says so here. */
export function keepGood(github: Github, { repository: { id }, config }: Home): void {
  const { whole, of } = kept.get(github) ?? { whole: new Map<number, Config>(), of: new Map<string, Config>() }
  kept.set(github, { whole, of })
  whole.set(id, config)
  for (const { name } of config.environments)
    of.set(keyOf(id, { application: config.application, environment: name }), config)
}

/** As it was, for looking. */
export function lastSeen(github: Github, reading: HomeReading): Home | undefined {
  if (reading.kind === 'home') return reading.home
  return withConfig(reading, kept.get(github)?.whole.get(reading.place.repository.id))
}

/** For an act: as it is now, but for those that only stop or take back with the configuration that last had the environment. */
export function homeToAct(
  github: Github,
  { reading, act: { verb, target } }: { reading: HomeReading; act: Act },
): Home | undefined {
  const now = reading.kind === 'home' ? reading.home : undefined
  if (!onlyStops(verb)) return now
  const { repository, config } = reading.kind === 'home' ? reading.home : { ...reading.place, config: undefined }
  const here = config?.application === target.application ? config.environments : []
  if (here.some(({ name }) => name === target.environment)) return now
  return withConfig(reading, kept.get(github)?.of.get(keyOf(repository.id, target))) ?? now
}

function withConfig(reading: HomeReading, config: Config | undefined): Home | undefined {
  if (!config) return undefined
  if (reading.kind === 'home') return { ...reading.home, config }
  return reading.head === undefined ? undefined : { ...reading.place, head: reading.head, config }
}

function keyOf(repository: number, { application, environment }: Target): string {
  return JSON.stringify([repository, application, environment])
}
