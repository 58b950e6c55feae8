// The living message of a rollout: what, by whom, how far, what is wrong, and what can be done about it.

import { listed } from '../../core/phrases.ts'
import type { ChatContent, ChatRollout } from '../../core/project-chat.ts'
import type { FailureGroup } from '../../core/report-failures.ts'
import { hasEnded } from '../../core/rollout.ts'
import { type Block, compose, header, markup, said, small } from './blocks.ts'
import { buttons } from './buttons.ts'
import { code, inert, link, plain } from './escape.ts'
import { failureWords } from './failure-words.ts'
import {
  approvedMarkup,
  nameOf,
  PHASES,
  progressOf,
  shortRelease,
  stateWords,
  timeOf,
  unwellOf,
  whyHalted,
} from './words.ts'
import { zoneCards, zoneLines } from './zones.ts'

type Message = ChatContent<'message'>

export function renderMessage({ rollout, links }: Message, zones: 'cards' | 'lines'): Block[] {
  const { phase, failures } = rollout
  const { glyph, words } = PHASES[phase]
  const halt = phase === 'halting' || phase === 'halted'
  return compose([
    { blocks: [header(`${glyph} ${nameOf(rollout)}: ${words}`)] },
    { blocks: [markup(factLines(rollout, links))] },
    { blocks: halt ? [said(`⛔ ${plain(whyHalted(rollout), 500)}`)] : [] },
    { blocks: [markup([stateWords(rollout)])] },
    { blocks: [zones === 'cards' ? zoneCards(rollout) : zoneLines(rollout)], rank: 1 },
    { blocks: failures.length > 0 ? [markup(failureLines(rollout))] : [], rank: 2 },
    { blocks: footer(rollout, links) },
    { blocks: buttons(rollout) },
  ])
}

/** What a notification shows, and whoever cannot see blocks. */
export function messageText({ rollout }: Message): string {
  const { phase, hosts, requestedBy } = rollout
  const { glyph, words } = PHASES[phase]
  return inert(
    `${glyph} ${nameOf(rollout)}: ${words}. ${progressOf(hosts)}. Asked for by ${plain(requestedBy, 60)}.`,
    400,
  )
}

function factLines(rollout: ChatRollout, { commit, issues }: Message['links']): string[] {
  const { phase, release, commit: sha, requestedBy, door, createdAt, reason, approvals } = rollout
  const short = sha === undefined ? undefined : shortRelease(sha)
  const what = [
    ...(release === sha ? [] : [`Release ${code(release)}`]),
    ...(short === undefined ? [] : [`Commit ${commit === undefined ? code(short) : link(commit, short)}`]),
    ...issues.slice(0, 5).map(({ number, url }) => link(url, `#${number}`)),
  ]
  const who = `Asked for by ${code(requestedBy, 40)} ${DOORS[door]}, ${timeOf(createdAt)}`
  // As long as it waits, that stands beside what is missing.
  const approved = phase !== 'unapproved' && approvals?.given.length ? approvedMarkup(approvals.given) : ''
  return [what.join(' · '), who, approved, ...(reason === undefined ? [] : [`Reason: ${code(reason, 200)}`])].filter(
    (line) => line !== '',
  )
}

const DOORS: Readonly<Record<ChatRollout['door'], string>> = {
  terminal: 'in a terminal',
  github: 'on GitHub',
  slack: 'in Slack',
  workflow: 'in a workflow',
  web: 'on the web page',
  api: 'through the API',
  action: 'in a workflow',
}

/** The first few causes; the thread has the others, and what the hosts said. */
function failureLines({ failures, hosts }: ChatRollout): string[] {
  const told = failures.reduce((sum, group) => sum + group.hosts.count, 0)
  const more = unwellOf(hosts) - told
  return [
    ...failures.map((group) => `${failureWords(group)} ${namesOf(group)}`),
    ...(more > 0 ? [`and ${more} more, for other causes`] : []),
  ]
}

function namesOf({ hosts: { count, names } }: FailureGroup): string {
  return `(${listed({ count, names: names.slice(0, 3).map((name) => code(name, 40)) }, 3)})`
}

/** The budgets while they matter, and where to see more. */
function footer(rollout: ChatRollout, { page, seen }: Message['links']): Block[] {
  const parts = [
    ...budgetWords(rollout),
    ...(page === undefined ? [] : [link(page, 'Hosts and logs')]),
    ...(seen === undefined ? [] : [link(seen, 'See it running')]),
  ]
  return parts.length === 0 ? [] : [small([parts.join(' · ')])]
}

function budgetWords({ phase, fleetBudget, stageBudget, stage }: ChatRollout): string[] {
  if (hasEnded(phase)) return []
  return [
    ...(fleetBudget ? [`${fleetBudget.failed} of ${fleetBudget.of} failed, halts at ${fleetBudget.haltsAt}`] : []),
    ...(stageBudget && stage
      ? [`stage ${code(stage.name, 40)}: ${stageBudget.failed} failed, halts at ${stageBudget.haltsAt}`]
      : []),
  ]
}
