// Where the files of releases lie when several processes share a store: whoever must push one fetches it first.

import type { Artefact } from '../core/release.ts'

export interface Artefacts {
  /** Keeps the file of a release for every process of the store. Throws when the file is not what the release says. */
  keep(artefact: Artefact): Promise<void>
  /** The artefact with a file that is on this machine. Throws when the store does not have it whole. */
  present(artefact: Artefact): Promise<Artefact>
}
