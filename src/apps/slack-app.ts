// The Bolt app: which messages reach which handler. It has no receiver of Slack's: what it is given was verified, and mostly comes
// out of the inbox, so its listeners acknowledge nothing but what must be answered at once.

import { App, type Receiver } from '@slack/bolt'
import { z } from 'zod'
import { SILENT } from '../adapters/slack/call.ts'
import { toAction, toCommand, toEvent, toOptions, toSubmission } from './slack/door/arrivals.ts'
import type { Body } from './slack/door/take.ts'
import type { Talk } from './slack/door/talk.ts'
import type { Context, SlackHandlers } from './slack/handlers.ts'

/** Of a message out of the inbox, or (`talk` alone) of one that is answered at once. */
export type Given = { talk: Talk; intent?: string; at?: number }

/** Rejects with what a handler throws. Answers what a listener answered at once. */
export type Feed = (body: Body, given: Given) => Promise<object | undefined>

const given = z.object({ given: z.custom<Given>() })

export function slackApp(handlers: SlackHandlers): Feed {
  const receiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} }
  // Whose workspace it is was decided by the door; the handlers' `Talk` has its token.
  const authorize = async () => ({ botToken: 'none' })
  const app = new App({ receiver, authorize, convoStore: false, logger: SILENT, ignoreSelf: false })
  app.error(async (error) => {
    throw 'original' in error && error.original instanceof Error ? error.original : error
  })
  listen(app, handlers)
  return async (body, of) => {
    let answer: object | undefined
    const ack = async (given?: object) => {
      answer = given
    }
    await app.processEvent({ body, ack, customProperties: { given: of } })
    return answer
  }
}

function listen(app: App, handlers: SlackHandlers): void {
  app.command(/^\//, async ({ body, context }) => {
    const { talk, inbox } = contextOf(context)
    await (inbox ? handlers.command(toCommand(body), inbox) : handlers.open(toCommand(body), talk))
  })
  app.event('app_mention', async ({ body, context }) => {
    const [arrival, { inbox }] = [toEvent(body), contextOf(context)]
    if (arrival?.kind === 'mention' && inbox) await handlers.mention(arrival, inbox)
  })
  app.event('app_home_opened', async ({ body, context }) => {
    const [arrival, { inbox }] = [toEvent(body), contextOf(context)]
    if (arrival?.kind === 'home' && inbox) await handlers.home(arrival, inbox)
  })
  app.action(/^/, async ({ body, context }) => {
    const [arrival, { talk, inbox }] = [toAction(body), contextOf(context)]
    if (arrival) await (inbox ? handlers.action(arrival, inbox) : handlers.open(arrival, talk))
  })
  app.view(/^/, async ({ body, context }) => {
    const { inbox } = contextOf(context)
    if (inbox) await handlers.submission(toSubmission(body), inbox)
  })
  app.options(/^/, async ({ body, context, ack }) => {
    const found = await handlers.options(toOptions(body), contextOf(context).talk)
    await ack({ options: found.map(({ text, value }) => ({ text: { type: 'plain_text', text }, value })) })
  })
}

/** `inbox`: it came out of the inbox, and carries a name of its own. */
function contextOf(context: object): { talk: Talk; inbox?: Context } {
  const { talk, intent, at } = given.parse(context).given
  return { talk, ...(intent !== undefined && at !== undefined && { inbox: { intent, at, talk } }) }
}
