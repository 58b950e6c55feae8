// The App's clients, made when there is an App: nobody has to be restarted for it. Until then whoever needs them hears so.

import type { Credentials } from '../../../adapters/github/credentials.ts'
import { createForge } from '../../../adapters/github/forge.ts'
import { createGithub, type Github } from '../../../adapters/github/octokit.ts'
import type { Forge } from '../../../engine/ports-outside.ts'
import type { Registration } from './registration.ts'

export type Link = { credentials: Credentials; github: Github; forge: Forge }

/** `undefined`: there is no App yet. */
export type LinkOf = () => Link | undefined

export function openLink(registration: Pick<Registration, 'current'>): LinkOf {
  let link: Link | undefined
  return () => {
    const credentials = registration.current()
    if (!credentials || link?.credentials === credentials) return link
    const github = createGithub(credentials)
    link = { credentials, github, forge: createForge(github) }
    return link
  }
}

/** A forge that waits for its App. */
export function linkedForge(linkOf: LinkOf): Forge {
  const none = { kind: 'unsure', why: 'no GitHub App is set up' } as const
  return {
    find: async (object, signal) => linkOf()?.forge.find(object, signal) ?? none,
    create: async (object, signal) => linkOf()?.forge.create(object, signal) ?? none,
    update: async (id, object, signal) => linkOf()?.forge.update(id, object, signal) ?? none,
  }
}
