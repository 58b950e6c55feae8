// A rollout's story, from its trail: which stage goes on, for what it waits, since when. Deterministic, so that whoever takes a
// rollout over reads the trail and goes on telling where the one before ended.

import { z } from 'zod'
import type { RolloutCursor, RolloutPhase } from '../../core/rollout.ts'
import type { RolloutRecord, TrailEntry } from '../../engine/ports.ts'

export type Entry = Pick<TrailEntry, 'at' | 'kind' | 'body'>

export type Story = {
  createdAt: number
  phase: RolloutPhase
  /** When it came to this phase; absent when that is not known. */
  since?: number
  stage?: { name: string; from: number }
  /** Why it was halted last. */
  halt?: Halt
  /** How often it has ended; a failed one may be tried again. */
  ended: number
  /** When a person asked the ended one to go on. */
  again?: number
}

export type Halt = z.infer<typeof haltSchema>

/** Something that is over. `rollout`: all of it, at its first end; `again`: what came after, to the next end. */
export type Chapter = { from: number; to: number } & (
  | { kind: 'stage'; name: string }
  | { kind: 'pause'; name: Pause; halt?: Halt }
  | { kind: 'rollout' | 'again'; halt?: Halt }
)

type Pause = 'approval' | 'gates' | 'bake' | 'wait' | 'halted'

const PAUSES: Readonly<Partial<Record<RolloutPhase, Pause>>> = {
  unapproved: 'approval',
  gated: 'gates',
  baking: 'bake',
  waiting: 'wait',
  halted: 'halted',
}

const stageSchema = z.object({ stage: z.string() })
const haltSchema = z.object({ kind: z.string(), zone: z.string().optional(), stage: z.string().optional() })
const retrySchema = z.object({ ask: z.object({ kind: z.literal('retry') }) })
const haltedSchema = z.object({ reason: haltSchema })

/** Of a rollout as it is in the store, with its whole trail; or as it was before another took its place, which no trail says. */
export function readStory(
  { createdAt, cursor }: Pick<RolloutRecord, 'createdAt' | 'cursor'>,
  trail: readonly Entry[],
): Story {
  const phase = cursor.phase === 'superseded' ? restingPhase(trail, cursor) : cursor.phase
  const waits = phase === 'unapproved' || (phase === 'gated' && !trail.some(({ kind }) => kind === 'asked'))
  const story: Story = { createdAt, phase: waits ? phase : 'running', since: createdAt, ended: 0 }
  goOn(story, trail, phase)
  return story
}

function restingPhase(trail: readonly Entry[], { approvals, bakeUntil }: RolloutCursor): RolloutPhase {
  const last = trail.findLast(({ kind }) => kind !== 'asked')?.kind
  if (last === 'halted') return 'halted'
  if (last === 'stage-finished') return bakeUntil === undefined ? 'waiting' : 'baking'
  if (last === 'requested') return approvals ? 'unapproved' : 'gated'
  return 'running'
}

/** Moves the story on by what was committed, to this phase, and answers what is over. */
export function goOn(story: Story, entries: readonly Entry[], phase: RolloutPhase): Chapter[] {
  const chapters: Chapter[] = []
  const pause = endPause(story, entries, phase)
  if (pause) chapters.push(pause)
  for (const entry of entries) chapters.push(...take(story, entry))
  if (phase !== story.phase) enter(story, entries, phase)
  return chapters
}

function endPause(story: Story, entries: readonly Entry[], phase: RolloutPhase): Chapter | undefined {
  const name = PAUSES[story.phase]
  const { since: from, halt } = story
  if (name === undefined || from === undefined || phase === story.phase) return undefined
  const opener = entries.find(({ kind }) => kind === 'asked' || kind === 'bake-ended' || kind === 'gates-opened')
  const to = (opener ?? entries[0])?.at ?? from
  return { kind: 'pause', name, from, to, ...(name === 'halted' && halt && { halt }) }
}

/** A phase begins with the last fact that leads to it. */
function enter(story: Story, entries: readonly Entry[], phase: RolloutPhase): void {
  const leads = phase === 'halted' ? 'halted' : 'stage-finished'
  const at = (entries.findLast(({ kind }) => kind === leads) ?? entries.at(-1))?.at
  story.phase = phase
  delete story.since
  if (at !== undefined) story.since = at
}

function take(story: Story, { at, kind, body }: Entry): Chapter[] {
  switch (kind) {
    case 'asked':
      if (story.ended > 0 && retrySchema.safeParse(body).success) story.again ??= at
      return []
    case 'stage-started':
      story.stage = { name: stageSchema.safeParse(body).data?.stage ?? '', from: at }
      return []
    case 'halted':
      return noteHalt(story, body)
    case 'stage-finished':
      return endStage(story, at)
    case 'finished':
      return endStory(story, at)
    default:
      return []
  }
}

function noteHalt(story: Story, body: unknown): Chapter[] {
  const halted = haltedSchema.safeParse(body).data
  if (halted) story.halt = halted.reason
  return []
}

function endStage(story: Story, at: number): Chapter[] {
  const { stage } = story
  delete story.stage
  return stage ? [{ kind: 'stage', name: stage.name, from: stage.from, to: at }] : []
}

function endStory(story: Story, at: number): Chapter[] {
  const { createdAt, again = at, ended, halt } = story
  const of = ended === 0 ? ({ kind: 'rollout', from: createdAt } as const) : ({ kind: 'again', from: again } as const)
  const stage = endStage(story, at)
  story.ended += 1
  delete story.again
  return [...stage, { ...of, to: at, ...(halt && { halt }) }]
}

/** Another rollout takes its place. */
export function cutStory(story: Story, at: number): Chapter[] {
  const pause = endPause(story, [{ at, kind: 'superseded', body: {} }], 'superseded')
  return [...(pause ? [pause] : []), ...endStory(story, at)]
}
