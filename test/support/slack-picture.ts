// A Slack message as text that a person can read, for snapshots: what the notification says, the blocks in their order, and
// what each button says before it does anything.

import type { Rendered } from '../../src/adapters/slack/render.ts'

type Block = Rendered['blocks'][number]

export function picture({ text, blocks }: Rendered): string {
  return [`(notification) ${text}`, '', ...blocks.flatMap(lines)].join('\n')
}

function lines(block: Block): string[] {
  switch (block.type) {
    case 'header':
      return [block.text.text, '='.repeat(60)]
    case 'section':
      return [block.text?.text ?? '', '']
    case 'context':
      return [...block.elements.map((element) => `   ${'text' in element ? element.text : ''}`), '']
    case 'plan':
      return [
        `[${block.title}]`,
        ...(block.tasks ?? []).map((task) => `  ${GLYPHS[String(task.status)]} ${task.title}`),
        '',
      ]
    case 'rich_text':
      return block.elements
        .flatMap((element) => JSON.stringify(element).match(/"text":"((?:[^"\\]|\\.)*)"/g) ?? [])
        .flatMap(preformatted)
    case 'actions':
      return [
        ...block.elements.flatMap((element) =>
          element.type === 'button'
            ? [`[ ${element.text.text} ]${element.style ? ` ${element.style}` : ''}`, ...confirmed(element)]
            : [],
        ),
      ]
    default:
      return [JSON.stringify(block)]
  }
}

const GLYPHS: Readonly<Record<string, string>> = { pending: '( )', in_progress: '(~)', complete: '(v)', error: '(!)' }

function preformatted(field: string): string[] {
  const text: unknown = JSON.parse(`{${field}}`).text
  return String(text)
    .split('\n')
    .map((line) => `   | ${line}`)
}

function confirmed({
  confirm,
}: {
  confirm?: { title?: { text: string }; text: { text: string }; confirm?: { text: string }; deny?: { text: string } }
}): string[] {
  if (!confirm) return []
  return [`     ${confirm.title?.text} ${confirm.text.text} [${confirm.confirm?.text}] [${confirm.deny?.text}]`]
}
