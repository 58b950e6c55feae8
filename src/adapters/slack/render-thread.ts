// What hangs under a rollout's message: the stages, the failures with what a few hosts said last, and each halt.

import { duration, hosts, listed } from '../../core/phrases.ts'
import type { ChatContent, ChatStage } from '../../core/project-chat.ts'
import type { LogTail } from '../../core/project-object.ts'
import { type Block, compose, markup, preformatted, said, small, weigh } from './blocks.ts'
import { code, entities, inert, lastLines, plain } from './escape.ts'
import { failureWords } from './failure-words.ts'
import { nameOf, whyHalted } from './words.ts'

const MOST_NAMES = 8
const MOST_TAIL = 2_400

export function renderStages({ stages, left }: ChatContent<'stages'>): Block[] {
  const lines = stages.map((stage, index) => `${GLYPHS[stage.state]} ${index + 1}. ${stageWords(stage)}`)
  return [markup(['*Stages*', ...lines]), ...(left > 0 ? [small([`Left alone by the plan: ${hosts(left)}.`])] : [])]
}

export function stagesText({ stages }: ChatContent<'stages'>): string {
  const done = stages.filter(({ state }) => state === 'done').length
  return `${done} of ${stages.length} stages done`
}

function stageWords({ name, hosts: count, after }: ChatStage): string {
  const what = `${code(name, 40)}: ${hosts(count)}`
  if (after.kind === 'bake') return `${what}, then a bake of ${duration(after.ms)}`
  return after.kind === 'wait' ? `${what}, then waits for *Continue*` : what
}

const GLYPHS: Readonly<Record<ChatStage['state'], string>> = { done: '✅', now: '▶️', stopped: '⏹️', next: '▫️' }

export function renderFailures({ failures, tails }: ChatContent<'failures'>, tail: 'rich' | 'plain'): Block[] {
  if (failures.length === 0) return [markup([WELL_AGAIN])]
  const groups = failures.map((group) => {
    const names = group.hosts.names.slice(0, MOST_NAMES).map((name) => code(name, 60))
    return `${failureWords(group)}\n${listed({ count: group.hosts.count, names }, MOST_NAMES)}`
  })
  const said = tails.map((one, index) => ({ blocks: tailBlocks(one, tail), rank: index + 1 }))
  return compose([{ blocks: [markup(groups)] }, ...said])
}

export function failuresText({ failures }: ChatContent<'failures'>): string {
  const [first] = failures
  if (!first) return WELL_AGAIN
  return inert(`${hosts(first.hosts.count)} ${first.phase}: ${plain(first.signature, 160)}`, 400)
}

const WELL_AGAIN = 'The hosts that failed are well again, or on their way.'

function tailBlocks({ host, text }: LogTail, how: 'rich' | 'plain'): Block[] {
  const head = small([`What ${code(host, 60)} said last:`])
  const last = lastLines(text, MOST_TAIL, (line) => weigh(entities(line)))
  if (how === 'rich') return [head, preformatted(last)]
  return [head, markup([`\`\`\`\n${entities(last.replaceAll('`', 'ˋ'))}\n\`\`\``])]
}

/** The channel hears this too: it says what stands still, why, and where to act. */
export function renderHalted(content: ChatContent<'halted'>): Block[] {
  return [
    said(`⛔ ${haltSentence(content)}`),
    markup(['No further host is touched. Decide with the buttons at the top of this thread.']),
  ]
}

export function haltedText(content: ChatContent<'halted'>): string {
  return inert(`⛔ ${haltSentence(content)}`, 800)
}

function haltSentence({ title, halt, attempt, setAside }: ChatContent<'halted'>): string {
  const again = attempt > 1 || setAside > 0 ? ' again' : ''
  const why = plain(whyHalted(halt ? { halt } : {}).replace(/^halted/, `halted${again}`), 500)
  return `${nameOf(title)} ${why}`
}
