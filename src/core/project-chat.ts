// The objects that a chat (Slack) can hold for a rollout, as plain data. The adapter makes blocks of them, bounds and
// escapes them; texts may come from hosts and people.

/** A button: what it asks of the rollout, named as in `report-next.ts`. */
export type ChatButton = { ask: 'halt' | 'continue' | 'resume' | 'retry' | 'rollback' | 'abort'; style?: 'danger' }

export type ChatText = {
  title: string
  lines: readonly string[]
  buttons: readonly ChatButton[]
}

export type ChatObject =
  | ({ kind: 'message'; channel: string } & ChatText)
  /** Hangs under a message, in its thread. */
  | ({ kind: 'reply'; channel: string } & ChatText)
