// The inbox's handler of what came from GitHub: gives each message to Probot, and its failure back to the inbox. It knows no
// event.

import type { Probot } from 'probot'
import { z } from 'zod'
import { HoustonOctokit } from '../../../adapters/github/octokit.ts'
import type { Handler, InboxRow } from '../../../engine/ports-inbox.ts'
import { Later } from '../../desk/later.ts'
import type { Link, LinkOf } from './link.ts'

/** What Probot is loaded with, for the App that there is now. */
export type AppOf = (link: Link) => (app: Probot) => void

type Event = Parameters<Probot['receive']>[0]

const payload = z.looseObject({})
/** The App may be set up at any moment. */
const NO_APP_MS = 10_000

export function handleDelivery(linkOf: LinkOf, appOf: AppOf): Handler {
  let loaded: { link: Link; probot: Promise<Probot> } | undefined
  return async (message) => {
    const link = linkOf()
    if (!link) return { kind: 'later', afterMs: NO_APP_MS }
    if (loaded?.link !== link) loaded = { link, probot: load(link, appOf(link)) }
    const probot = await loaded.probot
    try {
      await probot.receive(toEvent(message))
      return { kind: 'done' }
    } catch (error) {
      return { kind: 'later', afterMs: waitOf(error) }
    }
  }
}

/** Throws what is a fault. Probot collects what each of an event's handlers threw. */
function waitOf(error: unknown): number {
  const thrown: unknown[] = error instanceof AggregateError ? error.errors : [error]
  const waits = thrown.map((each) => {
    if (each instanceof Later) return each.afterMs
    throw each
  })
  return Math.max(...waits)
}

async function load({ credentials }: Link, app: (app: Probot) => void): Promise<Probot> {
  const { Probot } = await import('probot')
  const { appId, privateKey, webhookSecret, apiUrl } = credentials
  const secrets = { privateKey: privateKey.reveal(), secret: webhookSecret.reveal() }
  // Its own words would go past the log and its redactor; what fails is thrown to the inbox.
  const probot = new Probot({ appId, ...secrets, Octokit: HoustonOctokit, baseUrl: apiUrl, logLevel: 'fatal' })
  await probot.load(app)
  return probot
}

/** The door has verified it: it is what GitHub says it is. */
function toEvent({ key, topic, body }: InboxRow): Event {
  return { id: key, name: topic, payload: payload.parse(JSON.parse(body)) } as unknown as Event
}
