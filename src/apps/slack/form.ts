// The form behind `/deploy` alone: what it looks like, and what was filled in. Which plan was shown travels with it, so that what is
// submitted is what was seen.

import { z } from 'zod'
import { type Block, said } from '../../adapters/slack/blocks.ts'
import type { View } from './door/arrivals.ts'
import type { ViewContent } from './door/talk.ts'
import type { Deploy } from './order.ts'

export const FORM = 'houston.form'
export const PLACE = 'houston.form.place'
export const REF = 'houston.form.ref'
const REASON = 'houston.form.reason'
/** The inputs' blocks. */
const BLOCKS = { place: 'place', ref: 'ref', reason: 'reason' } as const

const MOST_REASON = 500

const metadata = z.strictObject({
  /** Where it was asked for; absent from the Home tab. */
  channel: z.string().max(40).exactOptional(),
  responseUrl: z.string().max(500).exactOptional(),
  /** The plan that is shown, and what it is a plan of. */
  seen: z.strictObject({ place: z.string(), ref: z.string().exactOptional(), digest: z.string() }).exactOptional(),
})

export type FormFacts = z.infer<typeof metadata>

export function formView(facts: FormFacts, preview: readonly Block[] = [said(HINT)]): ViewContent {
  return {
    ...{ type: 'modal', callback_id: FORM, private_metadata: JSON.stringify(facts) },
    ...{ title: text('Deploy'), submit: text('Deploy'), close: text('Cancel') },
    blocks: [
      {
        ...{ type: 'input', block_id: BLOCKS.place, label: text('Application and environment'), dispatch_action: true },
        element: select(PLACE, 'storefront · production'),
      },
      {
        ...{ type: 'input', block_id: BLOCKS.ref, label: text('Branch, tag or commit'), dispatch_action: true },
        ...{ optional: true, hint: text('Without one: the head of the default branch.') },
        element: select(REF, 'the default branch'),
      },
      {
        ...{ type: 'input', block_id: BLOCKS.reason, label: text('Reason'), optional: true },
        element: { type: 'plain_text_input', action_id: REASON, max_length: MOST_REASON },
      },
      ...preview,
    ],
  }
}

const HINT = 'The plan is shown here as soon as an environment is chosen.'

function select(action_id: string, placeholder: string): object {
  return { type: 'external_select', action_id, min_query_length: 0, placeholder: text(placeholder) }
}

function text(words: string): object {
  return { type: 'plain_text', text: words }
}

/** `undefined`: the metadata is none of ours. */
export function factsOf({ metadata: text }: Pick<View, 'metadata'>): FormFacts | undefined {
  try {
    return metadata.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** What is filled in; `undefined` while no environment is chosen. */
export function filledIn({ values }: Pick<View, 'values'>): { place: string; deploy: Deploy } | undefined {
  const place = placeOf({ values }) ?? ''
  const [application, environment] = place.split('/')
  if (!application || !environment) return undefined
  const ref = values[BLOCKS.ref]?.[REF]?.option
  const reason = values[BLOCKS.reason]?.[REASON]?.text?.trim()
  const said = { ...(ref !== undefined && { ref }), ...(reason && { reason }) }
  return {
    place,
    deploy: { verb: 'deploy', target: { application, environment }, all: false, backwards: false, ...said },
  }
}

function placeOf({ values }: Pick<View, 'values'>): string | undefined {
  return values[BLOCKS.place]?.[PLACE]?.option
}

/** The digest of the plan that was shown of exactly this. */
export function digestSeen(
  { seen }: FormFacts,
  { place, deploy }: { place: string; deploy: Deploy },
): string | undefined {
  return seen?.place === place && seen.ref === deploy.ref ? seen.digest : undefined
}

export const PLACE_BLOCK = BLOCKS.place
