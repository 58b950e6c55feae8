// What the checkout says: houston.yml, the environment in it, and the release that is meant. Everything is read from the
// workspace of the job; no host is asked and nothing is fetched.

import { packDirectory } from '../../../src/adapters/ssh/pack-directory.ts'
import { Failure } from '../../../src/apps/cli/failure.ts'
import { findConfig } from '../../../src/apps/cli/project/find-config.ts'
import { resolveRelease } from '../../../src/apps/cli/project/resolve-release.ts'
import { openShelf } from '../../../src/apps/cli/project/shelve-artefact.ts'
import { paintLine } from '../../../src/apps/cli/screen/paint.ts'
import type { Config, Environment } from '../../../src/config/config.ts'
import { formatFaults } from '../../../src/config/fault.ts'
import type { Fleet } from '../../../src/core/fleet.ts'
import type { HostWork } from '../../../src/core/recipe.ts'
import type { Release } from '../../../src/core/release.ts'
import type { Inputs } from '../inputs.ts'
import { StepFault } from '../way.ts'

export type DirectProject = { config: Config; root: string; environment: Environment; fleet: Fleet }

/** Throws `StepFault`. */
export async function readDirectProject(workspace: string, inputs: Inputs): Promise<DirectProject> {
  const found = await findConfig(workspace, inputs.file)
  if (found.kind === 'missing')
    throw new StepFault('no-configuration', `input file: there is no ${inputs.file} in the checkout`)
  if (found.kind === 'faults') throw new StepFault('broken-configuration', formatFaults(found.faults))
  const { config, root } = found
  const environment = config.environments.find(({ name }) => name === inputs.environment)
  if (!environment) {
    const names = config.environments.map(({ name }) => name).join(', ')
    throw new StepFault(
      'unknown-environment',
      `input environment: ${inputs.file} has no ${inputs.environment}, but ${names}`,
    )
  }
  return { config, root, environment, fleet: zonesOf(environment.fleet, inputs.zones) }
}

function zonesOf({ zones }: Fleet, wanted: readonly string[]): Fleet {
  const unknown = wanted.find((name) => !zones.some((zone) => zone.name === name))
  if (unknown !== undefined) {
    const names = zones.map(({ name }) => name).join(', ')
    throw new StepFault('unknown-zone', `input zones: there is no zone ${unknown}, but ${names}`)
  }
  return { zones: wanted.length === 0 ? zones : zones.filter(({ name }) => wanted.includes(name)) }
}

/** Throws `StepFault`. `folder`: where files of releases may be kept until the job ends. */
export async function readDirectRelease(
  { config, root, environment }: DirectProject,
  { ref, folder, repository }: { ref: string | undefined; folder: string; repository: string | undefined },
): Promise<Release> {
  const { source } = config
  if (source.kind === 'asset' || source.kind === 'artifact')
    throw new StepFault('no-artefact', `mode direct has only the checkout: release.from ${source.kind} needs a server`)
  try {
    const release = await resolveRelease({
      ...{ source, variables: environment.variables, root, environment: environment.name },
      ...(ref !== undefined && { ref }),
      shelf: openShelf(folder, packDirectory),
    })
    return { ...release, ...(repository !== undefined && release.commit !== undefined && { repository }) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const lines = error.lines.map((line) => paintLine(line, { colour: false }))
    throw new StepFault('no-artefact', `input ref: ${lines.join('\n')}`, { cause: error })
  }
}

export function workOf({ config, environment }: DirectProject, release: Release): HostWork {
  const { application, directory, keep } = config
  return { application, environment: environment.name, release, recipe: environment.recipe, directory, keep }
}

/**
 * To bring back a release that hosts have: its files are there and nowhere else. A host that lacks them says so before anything
 * happens to what runs there.
 */
export function workOfKept(project: DirectProject, release: string): HostWork {
  const kept: Release = { id: release, artefact: { kind: 'none' }, variables: project.environment.variables }
  const work = workOf(project, kept)
  if (project.config.source.kind === 'none') return work
  const { scripts } = work.recipe
  const preflight = [HAS_FILES, scripts.preflight].filter((script) => script !== undefined).join('\n')
  return { ...work, recipe: { ...work.recipe, scripts: { ...scripts, preflight } } }
}

/** A release without files has an empty directory, made just now: it must not stay, or the next rollout takes it for a release. */
const HAS_FILES = `if rmdir "$HOUSTON_RELEASE_DIRECTORY" 2>/dev/null; then
  echo "this host does not have the release $HOUSTON_RELEASE any more"
  exit 1
fi`
