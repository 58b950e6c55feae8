// Where GitHub has the files of a release: the commit's archive, a file of a release, an artifact of a workflow. Only what
// belongs to that very commit and repository counts.

import { isAbsent } from './fault.ts'
import type { Octokit } from './octokit.ts'
import { entries, pages } from './pages.ts'
import { resolveRef } from './read-ref.ts'
import type { RepositoryPath } from './repository.ts'

export type ArchiveSource =
  | { kind: 'tarball' }
  /** `*` stands for any letters. */
  | { kind: 'asset'; pattern: string; tag: string }
  | { kind: 'artifact'; name: string }

export type ArchiveRefusal = {
  kind: 'refused'
  why:
    | 'tag-elsewhere'
    | 'no-release'
    | 'no-asset'
    | 'several-assets'
    | 'no-artifact'
    | 'too-large'
    | 'not-a-zip'
    | 'not-one-file'
    | 'not-a-tgz'
}

/** A download: its route and what it is sent with. */
export type Download = { kind: 'download'; route: string; parameters: Record<string, string | number>; zip: boolean }

export type Wanted = { path: RepositoryPath; repositoryId: number; commit: string; source: ArchiveSource }

export async function findArtefact(octokit: Octokit, wanted: Wanted): Promise<Download | ArchiveRefusal> {
  switch (wanted.source.kind) {
    case 'tarball': {
      const parameters = { ...wanted.path, ref: wanted.commit }
      return { kind: 'download', route: 'GET /repos/{owner}/{repo}/tarball/{ref}', parameters, zip: false }
    }
    case 'asset':
      return await findAsset(octokit, wanted, wanted.source)
    case 'artifact':
      return await findArtifact(octokit, wanted, wanted.source.name)
    default:
      return wanted.source satisfies never
  }
}

/** The tag must still stand where it stood when the release was chosen. */
async function findAsset(
  octokit: Octokit,
  { path, commit }: Wanted,
  { pattern, tag }: { pattern: string; tag: string },
): Promise<Download | ArchiveRefusal> {
  const resolved = await resolveRef(octokit, path, `refs/tags/${tag}`)
  if (resolved.kind !== 'commit' || resolved.sha !== commit) return { kind: 'refused', why: 'tag-elsewhere' }
  const release = await octokit.rest.repos.getReleaseByTag({ ...path, tag }).catch(absent)
  if (!release) return { kind: 'refused', why: 'no-release' }
  const release_id = release.data.id
  const list = (page: number) => octokit.rest.repos.listReleaseAssets({ ...path, release_id, per_page: 100, page })
  const assets = await entries(list)
  const [asset, ...others] = assets.filter(({ name, state }) => state === 'uploaded' && fits(pattern, name))
  if (!asset) return { kind: 'refused', why: 'no-asset' }
  if (others.length > 0) return { kind: 'refused', why: 'several-assets' }
  const route = 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}'
  return { kind: 'download', route, parameters: { ...path, asset_id: asset.id }, zip: false }
}

function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]*')}$`).test(name)
}

/** A fork's workflow may run for the very same commit: its artifacts are its own. The newest counts. */
async function findArtifact(
  octokit: Octokit,
  { path, repositoryId, commit }: Wanted,
  name: string,
): Promise<Download | ArchiveRefusal> {
  const own: { id: number }[] = []
  const list = (page: number) => octokit.rest.actions.listArtifactsForRepo({ ...path, name, per_page: 100, page })
  for await (const { artifacts } of pages(list))
    own.push(
      ...artifacts.filter(({ name: called, expired, workflow_run: run }) => {
        const here = run?.repository_id === repositoryId && run.head_repository_id === repositoryId
        return called === name && !expired && here && run?.head_sha === commit
      }),
    )
  const newest = own.reduce((last, each) => (last && last.id > each.id ? last : each), own[0])
  if (!newest) return { kind: 'refused', why: 'no-artifact' }
  const route = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}'
  return { kind: 'download', route, parameters: { ...path, artifact_id: newest.id, archive_format: 'zip' }, zip: true }
}

function absent(error: unknown): undefined {
  if (isAbsent(error)) return undefined
  throw error
}
