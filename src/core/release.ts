// A release: an immutable thing to run. Nothing here fetches or reads it.

/** Where the files of a release come from. `sha256` is lower-case hex; `bytes` the size of the packed archive. */
export type Artefact =
  | { kind: 'none' }
  /**
   * A local .tgz (or a directory packed into one) that Houston pushes through the SSH connection. `strip`: how many folders
   * at its top are not the release's; GitHub's archives have one.
   */
  | { kind: 'path'; file: string; sha256: string; bytes: number; strip?: number }
  /** `pull`: the host downloads it (curl or wget there). `push`: Houston downloads it once and pushes it. */
  | { kind: 'url'; url: string; sha256: string; delivery: 'pull' | 'push' }

export type Release = {
  /** Safe as a directory name: see `isReleaseId`. */
  id: string
  commit?: string
  /** The forge's repository that has the commit, as `acme/shop`; absent when no forge is told of it. */
  repository?: string
  artefact: Artefact
  /** Given to every step as environment variables; they belong to the release and come back with a rollback. */
  variables: Readonly<Record<string, string>>
}

/** A release id names a directory on every host: letters, digits, `.`, `_`, `+`, `-`; starts with a letter or digit; at most 100. */
export function isReleaseId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(text)
}
