// A repository's name as the API's routes want it. A name that could reach another route is a bug of the caller.

export type RepositoryPath = { owner: string; repo: string }

/** `acme/shop` in its two parts. */
export function repositoryPath(name: string): RepositoryPath {
  const [, owner, repo] = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+)$/.exec(name) ?? []
  if (owner === undefined || repo === undefined || /^\.+$/.test(repo))
    throw new RangeError(`not a repository: ${JSON.stringify(name)}`)
  return { owner, repo }
}
