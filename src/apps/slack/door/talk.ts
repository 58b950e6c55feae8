// How an answer goes back to Slack: the few things that handlers may do there, as types. The words and blocks are theirs.

/** Blocks as Slack's Web API takes them. */
export type Blocks = readonly object[]

/** `text` is always there: notifications and screen readers have only it. */
export type Said = { text: string; blocks?: Blocks }

/** A modal or a Home tab, as Slack's Web API takes it. */
export type ViewContent = object

export type Place = { channel: string; thread?: string }

/** One workspace's. Everything throws `Later` when Slack is limited or away, and `Error` for what will never be taken. */
export type Talk = {
  /** Seen only by who asked, where they asked: through `responseUrl` while it lasts, else in the channel. */
  answer(to: { user: string; channel?: string; thread?: string; responseUrl?: string }, said: Said): Promise<void>
  /** Takes an ephemeral message of ours, in which something was pressed, away or puts another in its place. */
  replace(responseUrl: string, said: Said | 'delete'): Promise<void>
  /** Answers the message's `ts`. `key` is what it is sent once for. */
  post(place: Place, said: Said): Promise<string>
  /** Opens a modal; `triggerId` lasts three seconds. */
  openView(triggerId: string, view: ViewContent): Promise<void>
  updateView(viewId: string, view: ViewContent): Promise<void>
  publishHome(user: string, view: ViewContent): Promise<void>
  /** The name as people of the workspace know it. */
  nameOf(user: string): Promise<string>
}

/** What is answered with the acknowledgement of a submitted modal; `undefined`: it closes. */
export type SubmissionAnswer =
  | { response_action: 'errors'; errors: Readonly<Record<string, string>> }
  | { response_action: 'update' | 'push'; view: ViewContent }
  | { response_action: 'clear' }
  | undefined

/** At most 100. */
export type Option = { text: string; value: string }
