// The buttons under a rollout's message, and what each says will happen before it does. Which make sense is the core's matter;
// what a press does is the desk's.

import type { types } from '@slack/bolt'
import { hosts } from '../../core/phrases.ts'
import type { ChatRollout } from '../../core/project-chat.ts'
import type { NextStep } from '../../core/report-next.ts'
import type { Block } from './blocks.ts'
import { plain } from './escape.ts'
import { shortRelease, unwellOf } from './words.ts'

/** What a button asks of the rollout that its value names. */
export type RolloutButton = Exclude<NextStep, 'watch' | 'log'>

const PREFIX = 'houston.rollout.'
const MOST_CONFIRM = 300

/** What every button's question names. */
type Asked = Pick<ChatRollout, 'rollout' | 'application' | 'environment'> & { mark?: string }

/** What the question before an approval says. */
type Approvable = Asked & Pick<ChatRollout, 'release' | 'hosts' | 'approvals'>

type Button = {
  label: string
  style?: 'primary' | 'danger'
  confirm: (rollout: ChatRollout) => string
}

const BUTTONS: Readonly<Record<RolloutButton, Button>> = {
  approve: { label: 'Approve', style: 'primary', confirm: approveWords },
  halt: {
    label: 'Halt',
    confirm: ({ hosts: count }) =>
      `${finishFirst(count.running)}The ${hosts(count.queued)} not begun stay as they are. It can be resumed.`,
  },
  continue: { label: 'Continue', style: 'primary', confirm: continueWords },
  retry: { label: 'Retry failed', confirm: retryWords },
  resume: { label: 'Resume', confirm: resumeWords },
  rollback: { label: 'Roll back', style: 'danger', confirm: rollbackWords },
  abort: { label: 'Abort', style: 'danger', confirm: abortWords },
}

/** No block when there is nothing to press: Slack takes no empty row. */
export function buttons(rollout: ChatRollout): Block[] {
  const elements = rollout.next.flatMap((step) => {
    const none = step === 'watch' || step === 'log' || (step === 'rollback' && touched(rollout) === 0)
    return none ? [] : [button(step, rollout)]
  })
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'houston.rollout', elements }]
}

/** What stood in the message in which a button was pressed. */
export function seenIn(value: string): { rollout: string; mark?: string } {
  const [rollout = '', mark] = value.split(' ')
  return { rollout, ...(mark !== undefined && { mark }) }
}

/** What the action of a pressed button asks; `undefined` for the actions of others. */
export function rolloutButtonOf(actionId: string): RolloutButton | undefined {
  const name = actionId.startsWith(PREFIX) ? actionId.slice(PREFIX.length) : ''
  return isButton(name) ? name : undefined
}

function isButton(name: string): name is RolloutButton {
  return Object.hasOwn(BUTTONS, name)
}

/** For whoever is asked to approve elsewhere than under the message. */
export function approveButton(rollout: Approvable): types.Button {
  return asking('approve', rollout, approveWords(rollout))
}

function button(step: RolloutButton, rollout: ChatRollout): types.Button {
  return asking(step, rollout, BUTTONS[step].confirm(rollout))
}

function asking(step: RolloutButton, { rollout, mark, application, environment }: Asked, words: string): types.Button {
  const { label, style } = BUTTONS[step]
  return {
    ...{
      type: 'button',
      action_id: `${PREFIX}${step}`,
      value: mark === undefined ? rollout : `${rollout} ${mark}`,
      text: text(label),
    },
    ...(style && { style }),
    confirm: {
      title: text(`${label} ${plain(application, 30)} ${plain(environment, 30)}?`),
      text: text(plain(words, MOST_CONFIRM)),
      confirm: text(label),
      deny: text('Leave it'),
      ...(style === 'danger' && { style }),
    },
  }
}

function approveWords({ hosts: count, release, approvals }: Approvable): string {
  const more = (approvals?.missing ?? 1) > 1
  const then = more ? 'Another approval is needed after it' : `It begins at once: ${hosts(count.planned)}`
  return `Says under your name that ${shortRelease(release)} may go out by this plan. ${then}.`
}

function text(words: string): types.PlainTextElement {
  return { type: 'plain_text', text: words, emoji: true }
}

function finishFirst(running: number): string {
  return running === 0 ? '' : `The ${hosts(running)} at work finish${running === 1 ? 'es' : ''}. `
}

function continueWords({ phase, nextStage }: ChatRollout): string {
  const next = nextStage
    ? `Begins ${plain(nextStage.name, 40)} at once: ${hosts(nextStage.hosts)}.`
    : 'Goes on at once.'
  return phase === 'baking' ? `${next} The rest of the bake is left out.` : next
}

function retryWords({ hosts: count }: ChatRollout): string {
  const rest = count.queued > 0 ? ` Then goes on with the ${hosts(count.queued)} not begun.` : ''
  return `Tries the ${hosts(unwellOf(count))} that are not well again.${rest} Hosts that are done are not touched.`
}

function resumeWords({ hosts: count }: ChatRollout): string {
  const unwell = unwellOf(count)
  const aside =
    unwell > 0
      ? ` The ${hosts(unwell)} not well stay as they are and no longer count: the failure budget starts afresh.`
      : ''
  return `Goes on with the ${hosts(count.queued)} not begun.${aside}`
}

function rollbackWords(rollout: ChatRollout): string {
  const { phase, release } = rollout
  const first = phase === 'running' || phase === 'halting' ? 'Stops this rollout first. ' : ''
  const what = `Takes ${hosts(touched(rollout))} back to the last release that was good here, failed ones first.`
  const held = `Automatic deploys of ${shortRelease(release)} are held until somebody lifts that.`
  return `${first}${what} Hosts that it never touched stay. ${rollout.kind === 'deploy' ? held : ''}`
}

function touched({ hosts: count }: ChatRollout): number {
  return count.succeeded + unwellOf(count) + count.running
}

function abortWords({ hosts: count }: ChatRollout): string {
  const parts = [`${hosts(count.succeeded)} with the new release`, `${count.queued} with the one before`]
  const unwell = unwellOf(count)
  return `Ends it as it stands: ${[...parts, ...(unwell > 0 ? [`${unwell} not well`] : [])].join(', ')}. It cannot be resumed.`
}
