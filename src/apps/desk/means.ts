// What the desk of GitHub's repositories works with. No wiring here.

import type { FetchArchive } from '../../adapters/github/archive.ts'
import type { Github } from '../../adapters/github/octokit.ts'
import type { Settings } from '../../config/settings.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Store } from '../../engine/ports.ts'

export type Means = {
  engine: Engine
  store: Store
  github: Github
  /** Grants: which repository may reach which hosts. */
  settings: Settings
  fetchArchive: FetchArchive
}
