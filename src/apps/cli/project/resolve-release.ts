// Turns what a person typed, or did not type, into a release: its name, its commit, its files. Words are data here: nothing
// of them reaches a shell.

import type { ReleaseSource } from '../../../config/config.ts'
import { fillPlaceholders } from '../../../config/placeholders.ts'
import { type Artefact, isReleaseId, type Release } from '../../../core/release.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { short } from '../screen/line.ts'
import { wordsLines } from '../words/refusal.ts'
import { archiveCommit, type Checkout, isTag, readCheckout, resolveCommit } from './git.ts'
import type { ArtefactShelf } from './shelve-artefact.ts'

export type ReleaseOrder = {
  source: ReleaseSource
  variables: Readonly<Record<string, string>>
  /** Folder that the source's path starts from. */
  root: string
  ref?: string
  sha256?: string
  shelf: ArtefactShelf
  environment: string
}

/** Throws `Failure`. */
export async function resolveRelease(order: ReleaseOrder): Promise<Release> {
  const { ref, variables, root } = order
  if (ref !== undefined && !isReleaseId(ref)) throw notAReleaseName(ref, order.environment)
  const checkout = await readCheckout(root)
  const commit = ref === undefined ? checkout?.commit : await commitOf(root, ref)
  const label = ref === undefined ? checkout && labelOf(checkout) : await lastingName(root, ref, commit)
  const { id, artefact } = await identify(order, {
    label,
    commit,
    dirty: ref === undefined && checkout?.dirty === true,
  })
  return { id, ...(commit !== undefined && { commit }), artefact, variables }
}

function labelOf({ short: commit, dirty }: Checkout): string {
  return dirty ? `${commit}-dirty` : commit
}

async function commitOf(root: string, ref: string): Promise<string | undefined> {
  return (await resolveCommit(root, ref)) ?? (/^[0-9a-f]{40}$/.test(ref) ? ref : undefined)
}

/** A branch moves on, and hosts that run its name would seem to run what it is by now: it is named by its commit. */
async function lastingName(root: string, ref: string, commit: string | undefined): Promise<string> {
  const lasts = commit === undefined || commit.startsWith(ref.toLowerCase()) || (await isTag(root, ref))
  return lasts ? ref : commit.slice(0, 10)
}

type Known = { label: string | undefined; commit: string | undefined; dirty: boolean }

async function identify(order: ReleaseOrder, known: Known): Promise<{ id: string; artefact: Artefact }> {
  const { source } = order
  switch (source.kind) {
    case 'none':
      return { id: known.label ?? unnamed(order), artefact: { kind: 'none' } }
    case 'path': {
      const artefact = await order.shelf.put(fill(source.path, order, known), order.root)
      const hash = artefact.sha256.slice(0, 12)
      // A release never changes: files that no commit describes are named after what is in them.
      const id = known.label === undefined ? hash : known.dirty ? `${known.label}.${hash}` : known.label
      return { id, artefact }
    }
    case 'url':
      return fromUrl(order, source, known)
    case 'tarball':
      return fromCommit(order, known)
    case 'asset':
    case 'artifact':
      throw refusedRelease({
        what: `From a terminal there is no ${source.kind} to roll out.`,
        why: `release.from of houston.yml names a file that GitHub keeps; a server with GitHub fetches it.`,
        next: `/deploy ${order.environment} in a comment on GitHub`,
      })
    default:
      return source satisfies never
  }
}

/** The files of the commit itself: what is changed and not committed stays here. */
async function fromCommit(order: ReleaseOrder, { label, commit }: Known): Promise<{ id: string; artefact: Artefact }> {
  if (commit === undefined)
    throw refusedRelease({
      what: 'The release is the files of a commit, and no commit is known.',
      why: 'release.from of houston.yml is tarball; this folder is no git checkout that knows the ref.',
      next: `houston deploy ${order.environment} <tag or commit>   (in the checkout)`,
    })
  const artefact = await order.shelf.keep(async (file) => {
    if (await archiveCommit(order.root, commit, file)) return
    throw refusedRelease({
      what: `git could not archive ${commit.slice(0, 10)}.`,
      why: 'The commit is not in this checkout, or git is too old.',
      next: 'git fetch, then the same command',
    })
  })
  return { id: (order.ref === undefined ? undefined : label) ?? commit.slice(0, 10), artefact }
}

function fromUrl(
  order: ReleaseOrder,
  source: Extract<ReleaseSource, { kind: 'url' }>,
  known: Known,
): { id: string; artefact: Artefact } {
  const id = known.label ?? unnamed(order)
  const url = fill(source.url, order, { ...known, label: id })
  const sha256 = order.sha256 ?? source.sha256
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256))
    throw refusedRelease({
      what: 'The SHA-256 of the download is not known.',
      why: 'The url of houston.yml differs from release to release, so its SHA-256 comes with the deploy: 64 hexadecimal digits.',
      next: `houston deploy ${order.environment} ${short(id)} --sha256 <hash>`,
    })
  return { id, artefact: { kind: 'url', url, sha256, delivery: source.delivery } }
}

function fill(text: string, order: ReleaseOrder, { label, commit }: Known): string {
  const filled = fillPlaceholders(text, {
    ...(label !== undefined && { release: label }),
    ...(commit !== undefined && { commit }),
  })
  const open = /\{\{(commit|release)\}\}/.exec(filled)?.[1]
  if (open === undefined) return filled
  throw refusedRelease({
    what: `houston.yml needs the ${open} of the release, and it is not known.`,
    why: `"${short(text, 80)}" is filled in with it; this folder is no git checkout that knows the ref.`,
    next: `houston deploy ${order.environment} <${open === 'commit' ? 'commit, all 40 digits' : 'release'}>`,
  })
}

function unnamed({ environment }: ReleaseOrder): never {
  throw refusedRelease({
    what: 'The release has no name.',
    why: 'This folder is no git checkout whose commit could name it.',
    next: `houston deploy ${environment} <release>`,
  })
}

function notAReleaseName(ref: string, environment: string): Failure {
  return refusedRelease({
    what: `"${short(ref, 60)}" cannot name a release.`,
    why: 'A release names a directory on every host: letters, digits, ".", "_", "+" and "-", 100 at most, a letter or digit first.',
    next: `houston deploy ${environment} <tag or commit>`,
  })
}

function refusedRelease(words: { what: string; why: string; next: string }): Failure {
  return new Failure(EXIT.usage, wordsLines(words))
}
