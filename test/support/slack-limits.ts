// Slack's limits on messages and views, as a checker that every one of them in every test passes. It reads them as Slack would:
// as JSON, whoever made it.

import { z } from 'zod'

const text = (most: number) => z.string().min(1).max(most)
const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.boolean().optional() })
/** Ours is always verbatim: Slack then looks for no names and addresses in it. */
const markup = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(most), verbatim: z.literal(true) })
const anyText = (most: number) => z.union([plainText(most), markup(most)])

const confirm = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
})
const action = { action_id: text(255), confirm: confirm.optional() }
const option = z.strictObject({ text: anyText(75), value: text(150), description: anyText(75).optional() })
const button = z.strictObject({
  ...{
    ...action,
    type: z.literal('button'),
    text: plainText(75),
    value: text(2_000).optional(),
    url: z.url().max(3_000).optional(),
  },
  ...{ style: z.enum(['primary', 'danger']).optional(), accessibility_label: text(75).optional() },
})
const select = z.looseObject({
  ...{ ...action, type: z.enum(['static_select', 'external_select', 'overflow', 'radio_buttons', 'checkboxes']) },
  ...{ placeholder: plainText(150).optional(), options: z.array(option).min(1).max(100).optional() },
  initial_option: option.optional(),
})
const input = z.looseObject({
  ...action,
  type: z.literal('plain_text_input'),
  placeholder: plainText(150).optional(),
  max_length: z.number().max(3_000).optional(),
})
const element = z.union([button, select, input])

const richText = z.strictObject({
  type: z.literal('text'),
  text: text(12_000),
  style: z.record(z.string(), z.boolean()).optional(),
})
const richPart = z.strictObject({
  type: z.enum(['rich_text_section', 'rich_text_preformatted', 'rich_text_quote']),
  elements: z.array(richText).min(1),
})

const id = { block_id: text(255).optional() }
const task = z.strictObject({
  type: z.literal('task_card'),
  task_id: text(255),
  title: text(500),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
})
const block = z.discriminatedUnion('type', [
  z.strictObject({ ...id, type: z.literal('header'), text: plainText(150) }),
  z.strictObject({ ...id, type: z.literal('divider') }),
  z.strictObject({ ...id, type: z.literal('context'), elements: z.array(anyText(3_000)).min(1).max(10) }),
  z.strictObject({ ...id, type: z.literal('actions'), elements: z.array(element).min(1).max(25) }),
  z.strictObject({ ...id, type: z.literal('rich_text'), elements: z.array(richPart).min(1) }),
  z.strictObject({ ...id, type: z.literal('plan'), title: text(500), tasks: z.array(task).min(1) }),
  z.strictObject({
    ...id,
    type: z.literal('input'),
    label: plainText(2_000),
    element,
    hint: plainText(2_000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
  z
    .strictObject({
      ...id,
      type: z.literal('section'),
      text: anyText(3_000).optional(),
      fields: z.array(anyText(2_000)).min(1).max(10).optional(),
      accessory: element.optional(),
      expand: z.boolean().optional(),
    })
    .refine((section) => section.text ?? section.fields, 'a section without a text'),
])
type Block = z.infer<typeof block>

const MOST_WEIGHT = 13_200

const message = z.looseObject({ text: text(4_000), blocks: z.array(block).max(50).optional() })
const view = z.looseObject({
  ...{
    type: z.enum(['modal', 'home']),
    blocks: z.array(block).min(1).max(100),
    private_metadata: z.string().max(3_000).optional(),
  },
  ...{
    callback_id: text(255).optional(),
    title: plainText(24).optional(),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
  },
})

/** What Slack would refuse of a message's arguments, or cut; empty when nothing. */
export function messageFaults(sent: unknown): string[] {
  const read = message.safeParse(sent)
  if (!read.success) return [z.prettifyError(read.error)]
  const { blocks = [] } = read.data
  return [...alwaysFaults(blocks), ...(count(blocks) > 50 ? ['more than 50 blocks, with those in plans'] : [])]
}

/** The same for a modal or a home tab. */
export function viewFaults(sent: unknown): string[] {
  const read = view.safeParse(sent)
  return read.success ? alwaysFaults(read.data.blocks) : [z.prettifyError(read.error)]
}

function alwaysFaults(blocks: readonly Block[]): string[] {
  const weight = JSON.stringify(blocks).replace(/[^\0-\x7f]/g, '      ').length
  return [
    ...(weight > MOST_WEIGHT ? [`all blocks together have ${weight} characters`] : []),
    ...twice(
      'block_id',
      blocks.flatMap(({ block_id }) => block_id ?? []),
    ),
    ...blocks.flatMap((one) =>
      one.type === 'actions'
        ? twice(
            'action_id',
            one.elements.map((each) => each.action_id),
          )
        : [],
    ),
    ...blocks.flatMap((one) =>
      one.type === 'plan'
        ? twice(
            'task_id',
            one.tasks.map((each) => each.task_id),
          )
        : [],
    ),
  ]
}

function count(blocks: readonly Block[]): number {
  return blocks.reduce((sum, one) => sum + 1 + (one.type === 'plan' ? one.tasks.length : 0), 0)
}

function twice(what: string, ids: readonly string[]): string[] {
  return ids.filter((one, index) => ids.indexOf(one) !== index).map((one) => `${what} ${one} stands twice`)
}
