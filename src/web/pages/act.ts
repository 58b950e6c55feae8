// Carries out what a form asks for, through the desk: rights, ownership and locks are decided there, at this moment.

import { z } from 'zod'
import type { Target } from '../../core/command.ts'
import { LONGEST_MS } from '../../core/duration.ts'
import type { Act, Acted } from '../../engine/ports-desk.ts'
import { readForm } from '../read-form.ts'
import { environmentPath } from '../view/act-forms.ts'
import { html } from '../view/html.ts'
import { deployAct } from './deploy-page.ts'
import { missingPage, refusalPage } from './missing-page.ts'
import { type Body, targetOf, type Visit } from './visit.ts'

const text = z.string().max(200).default('')
const yes = z
  .enum(['yes', ''])
  .default('')
  .transform((value) => value === 'yes')
const intent = z.string().regex(/^[\w-]{8,80}$/)
const rollout = z.string().max(60).optional()
/** As long as at any other door; nothing: until it is opened. */
const forMs = z.union([z.literal(''), z.coerce.number().int().min(1).max(LONGEST_MS)]).default('')
const plain = ['halt', 'resume', 'continue', 'retry', 'abort', 'approve'] as const

const wish = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('deploy'),
    ref: text,
    reason: text,
    all: yes,
    backwards: yes,
    approvedDigest: z.string().max(64).optional(),
    intent,
  }),
  z.object({ verb: z.literal('rollback'), to: text, reason: text, rollout, intent }),
  z.object({ verb: z.enum(plain), rollout, mark: z.string().max(60).optional(), intent }),
  z.object({ verb: z.literal('skip'), host: z.string().min(1).max(300), rollout, intent }),
  z.object({ verb: z.literal('lock'), reason: text, forMs, intent }),
  z.object({ verb: z.literal('unlock'), steal: yes, intent }),
])

type Wish = z.output<typeof wish>

export async function act(visit: Visit): Promise<Body | Response> {
  const target = await targetOf(visit)
  if (!target) return missingPage()
  const { deps, context, person } = visit
  const wanted = wish.safeParse(await readForm(context))
  if (!wanted.success) return notUnderstood(target)
  // Whoever sends another person's form again must not be answered with that person's outcome.
  const asker = { person, intent: `web-${person.via}-${person.id}-${wanted.data.intent}`, at: deps.now() }
  const acted = await deps.desk.act(asker, actOf(target, wanted.data))
  const back =
    'rollout' in wanted.data && wanted.data.rollout
      ? `/rollouts/${encodeURIComponent(wanted.data.rollout)}`
      : environmentPath(target)
  if (acted.kind === 'refused') return refusalPage(deps, acted, { environment: target.environment, back })
  return context.redirect(afterwards(acted, back), 303)
}

function afterwards(acted: Exclude<Acted, { kind: 'refused' }>, back: string): string {
  const rollout = acted.kind === 'locks' ? undefined : acted.rollout
  return rollout === undefined ? back : `/rollouts/${encodeURIComponent(rollout)}`
}

function actOf(target: Target, data: Wish): Act {
  const seen = 'rollout' in data && data.rollout ? { rollout: data.rollout } : {}
  switch (data.verb) {
    case 'deploy':
      return { target, ...deployAct(data), ...(data.approvedDigest && { approvedDigest: data.approvedDigest }) }
    case 'rollback':
      return { target, ...seen, verb: 'rollback', ...(data.to !== '' && { to: data.to }), ...reasonOf(data) }
    case 'skip':
      return { target, ...seen, verb: 'skip', host: data.host }
    case 'lock':
      return { target, verb: 'lock', ...reasonOf(data), ...(data.forMs !== '' && { forMs: data.forMs }) }
    case 'unlock':
      return { target, verb: 'unlock', steal: data.steal }
    default:
      return { target, ...seen, ...(data.mark && { mark: data.mark }), verb: data.verb }
  }
}

function reasonOf({ reason }: { reason: string }): { reason?: string } {
  return reason === '' ? {} : { reason }
}

function notUnderstood(target: Target): Body {
  const view = html`<h1>Not understood</h1><p>The form did not arrive as this server sends it. <a href=${environmentPath(target)}>Back</a></p>`
  return { title: 'Not understood', status: 400, view }
}
