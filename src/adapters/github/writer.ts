// What the makers of each kind of object have in common: where they work, and what they answer.

import type { Outgoing, Written } from '../../engine/ports-outside.ts'
import type { Octokit } from './octokit.ts'
import type { RepositoryPath } from './repository.ts'

/** `signal` ends the call; nothing is repeated in it. */
export type Desk = { octokit: Octokit; path: RepositoryPath; appId: number; signal: AbortSignal }

/** Rejections are the API's errors. */
export type Writer<Content> = {
  /** The object's id, if it is there. */
  find(desk: Desk, object: Outgoing<Content>): Promise<string | undefined>
  create(desk: Desk, object: Outgoing<Content>): Promise<Written>
  update(desk: Desk, id: string, object: Outgoing<Content>): Promise<Written>
}

export function done(id: number | string): Written {
  return { kind: 'done', id: String(id) }
}

/** What every request of a desk is sent with. */
export function sent({ path, signal }: Desk) {
  return { ...path, request: { signal, once: true } }
}

/** A child's parent, which the projector created before. */
export function parentId({ parent }: Outgoing<unknown>): number {
  if (parent === undefined) throw new RangeError('a child without its parent')
  return Number(parent)
}
