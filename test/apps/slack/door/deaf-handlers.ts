// Handlers that do nothing but note what they were asked: for tests of the door, which has no opinion about what is done.

import type { SlackHandlers } from '../../../../src/apps/slack/handlers.ts'

/** `/deploy` alone opens a modal; a modal without values has an error; a search finds what was typed. */
export function deafHandlers(): SlackHandlers & { noted: string[] } {
  const noted: string[] = []
  const note =
    (what: string) =>
    async (_: object, { intent }: { intent: string }) =>
      void noted.push(`${what} ${intent}`)
  return {
    noted,
    command: note('command'),
    mention: note('mention'),
    action: note('action'),
    submission: note('submission'),
    home: note('home'),
    opens: (arrival) => arrival.kind === 'command' && arrival.text === '',
    open: async ({ triggerId }, talk) => {
      noted.push('open')
      await talk.openView(triggerId, { type: 'modal', blocks: [] })
    },
    options: async ({ typed }) => [{ text: typed, value: typed }],
    check: ({ view }) =>
      Object.keys(view.values).length === 0
        ? { response_action: 'errors', errors: { b: 'empty' } }
        : { response_action: 'clear' },
  }
}
