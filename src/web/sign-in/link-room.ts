// Links a person of Slack to the account of GitHub that is signed in here. Whoever confirms sees both, because a link that somebody
// else began would let them act in this person's name. Whoever is linked can end it.

import { type Context, Hono } from 'hono'
import type { IdentityStore } from '../../engine/ports-identity.ts'
import { readForm } from '../read-form.ts'
import type { WebEnv } from '../who.ts'
import { confirmLink, goneLink, linked, listLinks, noAccounts, UNLINK_PATH } from './link-page.ts'
import { LINK_PATH } from './offer-link.ts'
import { digestOf } from './secret-text.ts'
import type { Frame } from './sign-in-room.ts'
import { signedIn } from './token.ts'

export type LinkDeps = {
  identity: Pick<IdentityStore, 'offeredLink' | 'acceptLink' | 'links' | 'unlink'>
  frame: Frame
  /** For the log. */
  told: (what: string, fields: Readonly<Record<string, string>>) => void
}

export function linkRoom(deps: LinkDeps): Hono<WebEnv> {
  const room = new Hono<WebEnv>()
  room.get(LINK_PATH, (context) => show(context, deps))
  room.post(LINK_PATH, (context) => confirm(context, deps))
  room.post(UNLINK_PATH, (context) => end(context, deps))
  return room
}

async function show(context: Context<WebEnv>, { identity, frame }: LinkDeps): Promise<Response> {
  const offer = context.req.query('offer') ?? ''
  const who = context.get('who')
  if (who.kind === 'nobody') return context.redirect(`/sign-in?to=${encodeURIComponent(pathOf(offer))}`, 303)
  const account = signedIn(who)
  if (!account) return frame(context, noAccounts())
  if (offer === '') return frame(context, listLinks({ links: await identity.links(account.id), account }))
  const slack = await identity.offeredLink(digestOf(offer))
  return frame(context, slack ? confirmLink({ slack, account, offer }) : goneLink())
}

async function confirm(context: Context<WebEnv>, { identity, frame, told }: LinkDeps): Promise<Response> {
  const { offer } = await readForm(context)
  const account = signedIn(context.get('who'))
  if (!account) return frame(context, noAccounts())
  const slack = offer !== undefined ? await identity.acceptLink(digestOf(offer), account) : undefined
  if (!slack) return frame(context, goneLink())
  told('accounts were linked', { account: account.id, login: account.login, slack: `${slack.team}/${slack.user}` })
  return frame(context, linked({ slack, account }))
}

/** One's own link: another person's is nobody else's to end. */
async function end(context: Context<WebEnv>, { identity, frame, told }: LinkDeps): Promise<Response> {
  const { team, user } = await readForm(context)
  const account = signedIn(context.get('who'))
  if (!account) return frame(context, noAccounts())
  const mine = (await identity.links(account.id)).find((link) => link.team === team && link.user === user)
  if (mine && (await identity.unlink(mine)))
    told('accounts were unlinked', { account: account.id, login: account.login, slack: `${mine.team}/${mine.user}` })
  return context.redirect(LINK_PATH, 303)
}

function pathOf(offer: string): string {
  return offer === '' ? LINK_PATH : `${LINK_PATH}?offer=${encodeURIComponent(offer)}`
}
