// What handlers may say in Slack (`Talk`), over its Web API. One attempt each; what has to wait is `Later`, and what Slack will
// never take is `Unwelcome`.

import { z } from 'zod'
import { type Call, type Line, openCall, TooMany } from '../../../adapters/slack/call.ts'
import { faultOf } from '../../../adapters/slack/fault.ts'
import { Later } from '../../desk/later.ts'
import type { Said, Talk } from './talk.ts'

/** Slack said no, and will say it again. */
export class Unwelcome extends Error {}

const WITHIN_MS = 8_000
const LIMITED_MS = 10_000
const OUTAGE_MS = 15_000

const posted = z.object({ ts: z.string() })
const known = z.object({
  user: z.object({ name: z.string(), profile: z.object({ display_name: z.string() }).optional() }),
})

export function openTalk(line: Line, signal: AbortSignal): Talk {
  const api: Call = (method, given) => attempt(signal, (inTime) => openCall(line, inTime)(method, given))
  const respond = (url: string, body: object) => attempt(signal, (inTime) => send(ownUrl(url, line), body, inTime))
  return {
    async answer({ user, channel, thread, responseUrl }, said) {
      const inChannel = () => api('chat.postEphemeral', { channel, user, ...inThread(thread), ...said })
      if (responseUrl === undefined) return void (await inChannel())
      const answered = respond(responseUrl, { ...BESIDE, ...said })
      // It lasts half an hour and five uses; where the app is in the channel, there is another way.
      await (channel === undefined ? answered : answered.catch((error: unknown) => afterThat(error, inChannel)))
    },
    async replace(responseUrl, said) {
      await respond(responseUrl, said === 'delete' ? { delete_original: true } : { replace_original: true, ...said })
    },
    async post({ channel, thread }, said) {
      const quiet = { unfurl_links: false, unfurl_media: false }
      return posted.parse(await api('chat.postMessage', { channel, ...inThread(thread), ...quiet, ...said })).ts
    },
    async openView(triggerId, view) {
      await api('views.open', { trigger_id: triggerId, view })
    },
    async updateView(viewId, view) {
      await api('views.update', { view_id: viewId, view })
    },
    async publishHome(user, view) {
      await api('views.publish', { user_id: user, view })
    },
    async nameOf(user) {
      const { name, profile } = known.parse(await api('users.info', { user })).user
      return profile?.display_name || name
    },
  }
}

/** Said in as many words: an answer to a press must not take the place of what everybody sees. */
const BESIDE = { response_type: 'ephemeral', replace_original: false } as const

async function afterThat(error: unknown, otherwise: () => Promise<unknown>): Promise<void> {
  if (!(error instanceof Unwelcome)) throw error
  await otherwise()
}

function inThread(thread: string | undefined): { thread_ts?: string } {
  return thread === undefined ? {} : { thread_ts: thread }
}

async function attempt<A>(signal: AbortSignal, act: (inTime: AbortSignal) => Promise<A>): Promise<A> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
  try {
    return await act(inTime)
  } catch (error) {
    if (error instanceof Unwelcome || error instanceof Later) throw error
    if (error instanceof TooMany) throw new Later(error.retryAfterMs ?? LIMITED_MS, 'Slack wants fewer requests')
    if (inTime.aborted) throw new Later(OUTAGE_MS, 'Slack did not answer in time')
    throw toThrow(error)
  }
}

function toThrow(error: unknown): Error {
  const fault = faultOf(error)
  if (fault.kind === 'limited') return new Later(fault.retryAfterMs ?? LIMITED_MS, 'Slack wants fewer requests')
  if (fault.kind === 'unsure') return new Later(OUTAGE_MS, fault.why)
  return new Unwelcome(fault.kind === 'gone' ? 'it is gone' : fault.why)
}

async function send(url: string, body: Said | object, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(body), signal, redirect: 'error' } as const
  const response = await fetch(url, request).catch((error: unknown) => {
    throw new Later(OUTAGE_MS, String(error))
  })
  await response.text()
  if (response.status === 429) throw new TooMany(Number(response.headers.get('retry-after') ?? 0) * 1_000 || undefined)
  if (response.status >= 500) throw new Later(OUTAGE_MS, String(response.status))
  if (!response.ok) throw new Unwelcome(`the response URL answered ${response.status}`)
}

/** Only Slack's own: it stands in a message, and must not send this server elsewhere. */
function ownUrl(text: string, { url: apiUrl }: Line): string {
  const url = URL.parse(text)
  const own = apiUrl === undefined ? undefined : URL.parse(apiUrl)?.origin
  const slacks = url?.protocol === 'https:' && /^hooks\.slack(-gov)?\.com$/.test(url.host)
  if (url && (slacks || url.origin === own)) return text
  throw new Unwelcome('the response URL is not one of Slack’s')
}
