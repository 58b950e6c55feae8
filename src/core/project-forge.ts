// The objects that a forge (GitHub) can hold for a rollout, as plain data. The adapter turns them into requests and bounds
// them. `summary`, `text` and `body` are Markdown, made inert by `escape-markdown.ts`; every other text is plain, and
// may come from hosts and people: the adapter escapes it.

/** The forge's words for how a deployment is doing. */
export type DeploymentState = 'queued' | 'in_progress' | 'pending' | 'success' | 'failure' | 'error' | 'inactive'

/** One kind of object. */
export type ForgeContent<Kind extends ForgeObject['kind']> = Extract<ForgeObject, { kind: Kind }>

export type ForgeObject =
  | {
      kind: 'deployment'
      repository: string
      /** Full commit SHA. */
      commit: string
      environment: string
      production: boolean
      task: 'deploy' | 'rollback'
      /** At most 140 characters. */
      description: string
      /** Id of a deployment that somebody else created and this rollout carries out: none is created. */
      adopted?: number
    }
  /** Hangs under a deployment. Append-only, and capped: at phase changes only. */
  | {
      kind: 'deployment-status'
      repository: string
      state: DeploymentState
      /** At most 140 characters. */
      description: string
      logUrl?: string
      environmentUrl?: string
    }
  | {
      kind: 'check-run'
      repository: string
      commit: string
      name: string
      status: 'queued' | 'in_progress' | 'completed'
      conclusion?: 'success' | 'failure' | 'cancelled' | 'neutral' | 'action_required'
      title: string
      summary: string
      text?: string
      detailsUrl?: string
      /** ms since 1970. */
      startedAt?: number
      completedAt?: number
      /** At most three; shown once the run is completed. */
      actions: readonly { identifier: string; label: string; description: string }[]
    }
  /** On an issue or a pull request. */
  | { kind: 'comment'; repository: string; issue: number; body: string }
  /** On a comment of somebody. */
  | { kind: 'reaction'; repository: string; comment: number; content: 'eyes' | 'rocket' | '+1' | '-1' | 'confused' }
