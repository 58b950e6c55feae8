// What Slack's door gives to whom: the handlers of everything that arrives. Types only.

import type {
  ActionArrival,
  CommandArrival,
  HomeArrival,
  MentionArrival,
  OptionsArrival,
  SubmissionArrival,
} from './door/arrivals.ts'
import type { Option, SubmissionAnswer, Talk } from './door/talk.ts'

/** `intent` is unique: the message's id in the inbox. `at`: when it arrived, ms since 1970. */
export type Context = { intent: string; at: number; talk: Talk }

/**
 * The first five come out of the inbox: each is called again when it threw, or was cut off anywhere, so what it causes carries
 * `intent`. `Later` says when.
 */
export type SlackHandlers = {
  command(arrival: CommandArrival, context: Context): Promise<void>
  mention(arrival: MentionArrival, context: Context): Promise<void>
  action(arrival: ActionArrival, context: Context): Promise<void>
  submission(arrival: SubmissionArrival, context: Context): Promise<void>
  home(arrival: HomeArrival, context: Context): Promise<void>

  /** Pure: this opens a modal. Then `open` gets it at once and the inbox never. */
  opens(arrival: CommandArrival | ActionArrival): boolean
  /** Only looks: after a crash nobody opens it again. */
  open(arrival: CommandArrival | ActionArrival, talk: Talk): Promise<void>
  /** Only looks; what takes longer than two and a half seconds is answered with nothing. */
  options(arrival: OptionsArrival, talk: Talk): Promise<readonly Option[]>
  /** Pure: what stays open, with what in it. `submission` is called unless it answers `errors`. */
  check(arrival: SubmissionArrival): SubmissionAnswer
}
