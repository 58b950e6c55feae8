// The objects that a chat (Slack) can hold for a rollout, as facts. The adapter has the words and the blocks, bounds them and
// escapes them; texts may come from hosts, commits and people.

import type { Person } from './intent.ts'
import type { Channel } from './origin.ts'
import type { LogTail } from './project-object.ts'
import type { Step } from './recipe.ts'
import type { RolloutReport } from './report.ts'
import type { FailureGroup } from './report-failures.ts'
import type { HaltReason } from './rollout.ts'
import type { After } from './strategy.ts'

/** One kind of object. */
export type ChatContent<Kind extends ChatObject['kind']> = Extract<ChatObject, { kind: Kind }>

export type ChatObject =
  /** The living message, kept up to date in place. */
  | { kind: 'message'; at: Channel; rollout: ChatRollout; links: ChatLinks }
  /** In the message's thread: the stages, and how far they are. */
  | { kind: 'stages'; at: Channel; stages: readonly ChatStage[]; left: number }
  /** In the message's thread: why hosts are not well, and what a few of them said last. */
  | { kind: 'failures'; at: Channel; failures: readonly FailureGroup[]; tails: readonly LogTail[] }
  /** In the message's thread and in the channel: each halt, once. Nothing in it changes while the rollout is halted. */
  | {
      kind: 'halted'
      at: Channel
      title: ChatTitle
      halt?: HaltReason
      attempt: number
      mark: string
      setAside: number
    }
  /** To the person who asked, in private: how it ended. `at`: when, ms since 1970: a second end is another one. */
  | { kind: 'ended'; to: Addressee; title: ChatTitle; at?: number; hosts: ChatRollout['hosts']; links: ChatLinks }

/** `door` is not theirs: where they stood does not change who they are. */
export type Addressee = Pick<Person, 'via' | 'id' | 'name'>

export type ChatTitle = Pick<RolloutReport, 'rollout' | 'kind' | 'application' | 'environment' | 'release' | 'phase'>

export function titleOf({ rollout, kind, application, environment, release, phase }: RolloutReport): ChatTitle {
  return { rollout, kind, application, environment, release, phase }
}

/** `atWork`: how many hosts are at which step. `nextStage`: the one that would begin now. */
export type ChatRollout = ChatTitle &
  Omit<RolloutReport, 'untouched' | 'skipped' | 'digest'> & {
    door: NonNullable<Person['door']> | Person['via']
    atWork: Readonly<Partial<Record<Step, number>>>
    nextStage?: { name: string; hosts: number }
  }

export type ChatStage = { name: string; hosts: number; state: 'done' | 'now' | 'stopped' | 'next'; after: After }

/** Only addresses that nothing can end: see `plainUrl`. */
export type ChatLinks = {
  commit?: string
  issues: readonly { number: number; url: string }[]
  /** Hosts and logs. */
  page?: string
  /** Where the environment is seen. */
  seen?: string
}
