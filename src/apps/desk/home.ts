// A repository as it is at the moment of an act: its default branch, and the configuration that stands there. No other branch,
// and nothing that was read before, says how it is rolled out.

import type { Octokit } from '../../adapters/github/octokit.ts'
import { resolveRef } from '../../adapters/github/read-ref.ts'
import { type Repository, readConfigFile, readRepository } from '../../adapters/github/read-repository.ts'
import { type RepositoryPath, repositoryPath } from '../../adapters/github/repository.ts'
import type { Config, Environment } from '../../config/config.ts'
import { formatFaults } from '../../config/fault.ts'
import { readConfig } from '../../config/read-config.ts'
import type { Target } from '../../core/command.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import { keepGood } from './last-good.ts'
import type { Means } from './means.ts'

const CONFIG_FILE = '.github/houston.yml'

export type Place = { octokit: Octokit; path: RepositoryPath; repository: Repository }

/** `head`: the commit of the default branch that `config` was read from. */
export type Home = Place & { head: string; config: Config }

/** Without a usable configuration there is still a place, to say so. `head` is absent in an empty repository. */
export type HomeReading =
  | { kind: 'home'; home: Home }
  | { kind: 'homeless'; place: Place; head?: string; refusal: Refusal }

/** `name`: owner and repository, as GitHub writes them. */
export async function readHome({ github }: Pick<Means, 'github'>, name: string): Promise<HomeReading> {
  const path = repositoryPath(name)
  const octokit = await github.of(name)
  const repository = await readRepository(octokit, path)
  const place = { octokit, path, repository }
  const branch = repository.defaultBranch
  const resolved = await resolveRef(octokit, path, `refs/heads/${branch}`)
  if (resolved.kind !== 'commit') return { kind: 'homeless', place, refusal: refused('no-configuration', { branch }) }
  const head = resolved.sha
  const read = await readConfigFile(octokit, path, { file: CONFIG_FILE, ref: head })
  if (read.kind === 'absent') return { kind: 'homeless', place, head, refusal: refused('no-configuration', { branch }) }
  const faults = (text: string): HomeReading => {
    return { kind: 'homeless', place, head, refusal: refused('broken-configuration', { branch, faults: text }) }
  }
  if (read.kind === 'refused') return faults(`${CONFIG_FILE}: ${UNREADABLE[read.why]}`)
  const result = readConfig(read.text, CONFIG_FILE)
  if (result.kind === 'faults') return faults(formatFaults(result.faults))
  const home = { ...place, head, config: result.config }
  keepGood(github, home)
  return { kind: 'home', home }
}

export function environmentOf({ config }: Home, { application, environment }: Target): Environment | undefined {
  if (config.application !== application) return undefined
  return config.environments.find(({ name }) => name === environment)
}

const UNREADABLE = {
  'too-large': 'is larger than 256 KiB',
  'not-a-file': 'is not a file',
  'not-text': 'is not UTF-8 text',
} as const
