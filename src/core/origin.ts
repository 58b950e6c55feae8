// Where a rollout comes from, at the forge or in a chat, so that it is told of there too.

/** A channel of a workspace, by their ids; `thread`: the message under which it was asked. */
export type Channel = { team: string; channel: string; thread?: string }

/** Where a person asked. `pull`: the issue is a pull request, and its head is meant. */
export type Asked = { issue: number; comment?: number; pull: boolean } | { chat: Channel }

/** Numbers of the forge, in the repository of the release. */
export type Origin = {
  /** Issues and pull requests that asked for it, or whose changes it carries. */
  issues: readonly number[]
  /** The comment that asked. */
  comment?: number
  /** A deployment that somebody created there: the rollout carries it out. */
  deployment?: number
  /** Where in a chat it was asked for. */
  chat?: Channel
  /** The commits that it brings, as far as they are known. */
  commits?: readonly CarriedCommit[]
  /** What the environment's file says about how it is shown there. */
  shown?: Shown
}

/** `url`: where the environment is seen. A fleet of at most `hostsWithRuns` hosts has a check run a host. */
export type Shown = { url?: string; hostsWithRuns: number }

/** Times are ms since 1970, as the forge tells them; a commit's own is what its author's machine wrote. */
export type CarriedCommit = { sha: string; committedAt?: number; mergedAt?: number }
