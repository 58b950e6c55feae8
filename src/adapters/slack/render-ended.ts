// The word in private to whoever asked: how their rollout ended.

import type { ChatContent } from '../../core/project-chat.ts'
import { type Block, markup, said } from './blocks.ts'
import { inert, link } from './escape.ts'
import { nameOf, PHASES, progressOf } from './words.ts'

export function renderEnded(content: ChatContent<'ended'>): Block[] {
  const { page } = content.links
  return [said(sentence(content)), ...(page === undefined ? [] : [markup([link(page, 'Hosts and logs')])])]
}

export function endedText(content: ChatContent<'ended'>): string {
  return inert(sentence(content), 400)
}

function sentence({ title, hosts }: ChatContent<'ended'>): string {
  const { glyph, words } = PHASES[title.phase]
  return `${glyph} ${nameOf(title)}: ${words}. ${progressOf(hosts)}.`
}
