// What the outside world shall show of a rollout: objects that a surface wants to exist, rendered from the current state
// alone. Data only; who brings them there is the engine's matter.

import type { RolloutFacts } from './report.ts'
import type { RolloutPhase } from './rollout.ts'

/** Which objects go first when writes are scarce: the end, then a change of phase, then the progress of hosts. */
export type Urgency = 'final' | 'phase' | 'progress'

/** One object of a surface. `Content` is all that is written of it: two equal contents need no write. */
export type Desired<Content> = {
  /** Names the object among those of its rollout and surface. It never changes its meaning. */
  key: string
  content: Content
  urgency: Urgency
  /** It hangs under this object (of an earlier rollout, when one is named), and cannot be created before it. */
  parent?: { key: string; rollout?: string }
  /** `update`: one object, changed in place. `append`: each other content is a new object (deployment statuses). */
  when: 'update' | 'append'
}

/** A rollout of the same environment that was created before. */
export type Earlier = { rollout: string; release: string; phase: RolloutPhase }

/** The end of what a host said. Hostile text. */
export type LogTail = { host: string; text: string }

/** All that a rendering may look at. `earlier`: the newest first, only the last few. `tails`: of a few hosts that are not well. */
export type ProjectionView = RolloutFacts & { earlier: readonly Earlier[]; tails?: readonly LogTail[] }
