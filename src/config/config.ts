// What houston.yml says, as a typed value made of the core's words. Made by read-config.ts; nothing here reads or checks.

import type { ApprovalRule, Entitled } from '../core/approval.ts'
import type { Fleet } from '../core/fleet.ts'
import type { Recipe } from '../core/recipe.ts'
import type { Strategy } from '../core/strategy.ts'

/** Where the files of a release will come from. `{{commit}}` and `{{release}}` in `path` and `url` are still to be filled in. */
export type ReleaseSource =
  | { kind: 'none' }
  /** A directory or .tgz, relative to the repository. */
  | { kind: 'path'; path: string }
  /** `sha256` is absent only when the url has a placeholder: it must then come with the deploy. */
  | { kind: 'url'; url: string; sha256?: string; delivery: 'pull' | 'push' }
  /** The files of the commit. */
  | { kind: 'tarball' }
  /** The one file of a GitHub release that fits the pattern, in which `*` stands for any letters. */
  | { kind: 'asset'; pattern: string }
  /** A workflow artifact of the commit. */
  | { kind: 'artifact'; name: string }

export type Config = {
  application: string
  source: ReleaseSource
  /** Absolute path on the hosts. `{{host}}` stands for each host's name. */
  directory: string
  keep: number
  /** In the order of the file; at least one. */
  environments: readonly Environment[]
}

export type Environment = {
  name: string
  deploy: 'manual' | 'on-merge' | 'on-green'
  /** Which checks must be green for `on-green`: those that the branch requires, or every one of the commit. */
  checks: 'required' | 'all'
  /** Any of them suffices. Asked of GitHub at the moment of the act. */
  deployers: readonly Entitled[]
  /** What a deploy needs before it begins. */
  approvals?: ApprovalRule
  /** A person is shown a deploy's plan and must confirm it, where there are buttons for that. */
  confirms: boolean
  /** Where the environment is seen by those who use it. */
  url?: string
  /** A fleet of at most so many hosts has a check run a host, a larger one a check run a zone. */
  hostChecks: number
  fleet: Fleet
  strategy: Strategy
  recipe: Recipe
  /** The release's variables, with the environment's own over them. */
  variables: Readonly<Record<string, string>>
}
