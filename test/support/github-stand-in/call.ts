// One request as a route sees it, and what a route answers. No HTTP here.

import type { Caller } from './token.ts'
import type { Repository, World } from './world.ts'

export type Call = {
  world: World
  caller: Caller
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  body: unknown
  /** Tells the App's webhook, as GitHub does after the fact. */
  emit: (event: string, payload: object, repository: Repository) => void
  /** Of this API, without a slash at its end. */
  base: string
}

export type Reply =
  | { status: number; body?: unknown }
  | { status: 302; location: string }
  | { status: 200; list: readonly unknown[]; envelope?: string }

export type Route = (call: Call) => Reply

/** What GitHub says instead of doing it. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function notFound(): never {
  throw new Refused(404, 'Not Found')
}

export function param({ params }: Call, name: string): string {
  return params[name] ?? notFound()
}

/** The route's repository, if the calling installation may see it: of another one GitHub says that it does not exist. */
export function repositoryOf(call: Call): Repository {
  const name = `${param(call, 'owner')}/${param(call, 'repo')}`.toLowerCase()
  const repository = call.world.repositories.get(name) ?? notFound()
  const { caller, world } = call
  if (caller.kind === 'app') return repository
  return world.installations.get(caller.id)?.id === repository.owner.id ? repository : notFound()
}

/** `undefined`: the App is not installed there. */
export function installationOf(world: World, repository: Repository): number | undefined {
  const found = [...world.installations].find(([, { id }]) => id === repository.owner.id)
  return found?.[0]
}
