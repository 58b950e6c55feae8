// The port `Forge` on GitHub: finds, creates and updates the objects that tell of a rollout. Every call is one attempt that
// ends in time; what an error means is data. It decides nothing about what is to be told.

import type { ForgeContent, ForgeObject } from '../../core/project-forge.ts'
import type { Forge, Found, Outgoing, Written } from '../../engine/ports-outside.ts'
import { type Fault, faultOf } from './fault.ts'
import { type Github, LONGEST_MS } from './octokit.ts'
import { repositoryPath } from './repository.ts'
import { checkRuns } from './write-check-run.ts'
import { comments } from './write-comment.ts'
import { deployments } from './write-deployment.ts'
import { reactions } from './write-reaction.ts'
import { statuses } from './write-status.ts'
import type { Desk, Writer } from './writer.ts'

type Verb<A> = { for<Content>(writer: Writer<Content>, object: Outgoing<Content>): Promise<A> }

export function createForge(github: Github): Forge {
  return {
    async find(object, signal) {
      const found = await attempt(github, { object, signal }, (desk) => {
        return route(object, { for: (writer, it) => writer.find(desk, it) })
      })
      if (typeof found === 'string') return { kind: 'found', id: found }
      // What it hangs under is gone, and it with it.
      return found === undefined || found.kind === 'gone' ? { kind: 'absent' } : (found satisfies Found)
    },
    create: (object, signal) =>
      attempt<Written>(github, { object, signal }, (desk) => {
        return route(object, { for: (writer, it) => writer.create(desk, it) })
      }),
    update: (id, object, signal) =>
      attempt<Written>(github, { object, signal }, (desk) => {
        return route(object, { for: (writer, it) => writer.update(desk, id, it) })
      }),
  }
}

function route<A>(object: Outgoing<ForgeObject>, verb: Verb<A>): Promise<A> {
  const { content, ...rest } = object
  switch (content.kind) {
    case 'deployment':
      return verb.for<ForgeContent<'deployment'>>(deployments, { ...rest, content })
    case 'deployment-status':
      return verb.for<ForgeContent<'deployment-status'>>(statuses, { ...rest, content })
    case 'check-run':
      return verb.for<ForgeContent<'check-run'>>(checkRuns, { ...rest, content })
    case 'comment':
      return verb.for<ForgeContent<'comment'>>(comments, { ...rest, content })
    case 'reaction':
      return verb.for<ForgeContent<'reaction'>>(reactions, { ...rest, content })
    default:
      return content satisfies never
  }
}

type Attempted = { object: Outgoing<ForgeObject>; signal: AbortSignal }

/** The client's own requests for tokens do not end with the signal, but the call does. */
async function attempt<A>(
  github: Github,
  { object, signal }: Attempted,
  act: (desk: Desk) => Promise<A>,
): Promise<A | Fault> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)])
  const { repository } = object.content
  try {
    return await Promise.race([work(), ended(inTime)])
  } catch (error) {
    const fault: Fault = inTime.aborted ? { kind: 'unsure', why: 'no answer in time' } : faultOf(error)
    // The App may have been installed anew since its installation was looked up.
    if (fault.kind !== 'limited') github.forget(repository)
    return fault
  }

  async function work(): Promise<A> {
    const path = repositoryPath(repository)
    return await act({ octokit: await github.of(repository), path, appId: github.appId, signal: inTime })
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
