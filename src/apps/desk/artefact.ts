// The files of a release, from wherever houston.yml says that GitHub has them.

import type { ArchiveRefusal, ArchiveSource } from '../../adapters/github/find-artefact.ts'
import type { ReleaseSource } from '../../config/config.ts'
import { fillPlaceholders } from '../../config/placeholders.ts'
import { type Refusal, refused } from '../../core/intent.ts'
import type { Artefact } from '../../core/release.ts'
import type { FoundCommit } from './find-commit.ts'
import type { Home } from './home.ts'
import type { Means } from './means.ts'

/** Rejects with GitHub's errors and broken downloads. */
export async function bringArtefact(means: Means, home: Home, found: FoundCommit): Promise<Artefact | Refusal> {
  const { source } = home.config
  switch (source.kind) {
    case 'none':
      return { kind: 'none' }
    case 'path':
      return missing(found, 'release.from is path, and a server has no working tree. Use tarball, asset or artifact')
    case 'url':
      return fromUrl(source, found)
    case 'tarball':
    case 'artifact':
      return await fetched(means, home, { found, source })
    case 'asset':
      if (found.tag === undefined)
        return missing(found, 'release.from is an asset: only a tag has a release with files')
      return await fetched(means, home, { found, source: { ...source, tag: found.tag } })
    default:
      return source satisfies never
  }
}

function fromUrl(source: Extract<ReleaseSource, { kind: 'url' }>, found: FoundCommit): Artefact | Refusal {
  const { sha256, delivery } = source
  if (sha256 === undefined) return missing(found, 'release.from is a url whose SHA-256 differs from release to release')
  const url = fillPlaceholders(source.url, { commit: found.sha, release: found.release })
  return { kind: 'url', url, sha256, delivery }
}

async function fetched(
  { fetchArchive }: Means,
  { octokit, path, repository }: Home,
  { found, source }: { found: FoundCommit; source: ArchiveSource },
): Promise<Artefact | Refusal> {
  const wanted = { path, repositoryId: repository.id, commit: found.sha, source }
  const archive = await fetchArchive(octokit, wanted)
  if (archive.kind === 'refused') return missing(found, WHY[archive.why])
  const { file, sha256, bytes, strip } = archive
  return { kind: 'path', file, sha256, bytes, ...(strip > 0 && { strip }) }
}

function missing({ release }: FoundCommit, why: string): Refusal {
  return refused('no-artefact', { release, why: `${why}.` })
}

const WHY: Readonly<Record<ArchiveRefusal['why'], string>> = {
  'tag-elsewhere': 'The tag was moved since it was looked up',
  'no-release': 'The tag has no release on GitHub',
  'no-asset': 'The release has no file that fits the pattern',
  'several-assets': 'Several files of the release fit the pattern',
  'no-artifact': 'No workflow of this repository left an artifact of that name for the commit, or it expired',
  'too-large': 'The archive is larger than the server takes',
  'not-a-zip': 'The artifact is no readable zip',
  'not-one-file': 'The artifact holds several files; it must hold one .tgz',
  'not-a-tgz': 'The file is no .tgz',
}
