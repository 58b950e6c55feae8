// What the API needs from its house.

import type { Context } from 'hono'
import type { Target } from '../../core/command.ts'
import type { HostReport } from '../../core/report-drift.ts'
import type { Clock, Ids, Store } from '../../engine/ports.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import type { Board } from '../live/board.ts'
import type { Feeds } from '../live/feeds.ts'
import type { TerminalDesk } from '../sign-in/terminal.ts'
import type { TokenDesk } from '../sign-in/token.ts'
import type { View } from '../view/html.ts'
import type { Known, WebEnv } from '../who.ts'
import type { WordsOf } from './problem.ts'

export type ApiDeps = {
  store: Pick<
    Store,
    | 'rollout'
    | 'rollouts'
    | 'hosts'
    | 'log'
    | 'trail'
    | 'locks'
    | 'records'
    | 'releases'
    | 'leadTimes'
    | 'where'
    | 'audit'
    | 'note'
  >
  desk: Desk
  feeds: Pick<Feeds, 'join'>
  board: Pick<Board, 'join'>
  /** `undefined`: this one has no tokens. */
  tokens: (who: Known) => TokenDesk | undefined
  /** Asks the hosts `from` and after of an environment, `size` of them; `more`: there are others after these. */
  probe: (of: Target, part: { from: number; size: number }) => Promise<{ hosts: readonly HostReport[]; more: boolean }>
  /** `undefined`: nobody can sign in here, so nobody could let a terminal in. */
  terminals: () => TerminalDesk | undefined
  /** Whose connection it is. */
  peerOf: (context: Context<WebEnv>) => string
  clock: Pick<Clock, 'now' | 'monotonic'>
  ids: Ids
  /** Refusals in words; commands in them are the terminal's. */
  words: WordsOf
  version: string
  /** The page around the reference. */
  frame: (context: Context<WebEnv>, page: { title: string; view: View }) => Response
  /** A request failed for a reason of ours. */
  failed: (fault: Error) => void
}
