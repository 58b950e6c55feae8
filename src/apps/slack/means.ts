// What the handling of what arrives from Slack works with. No wiring here.

import type { SlackSettings } from '../../config/settings.ts'
import type { Target } from '../../core/command.ts'
import type { Store } from '../../engine/ports.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import type { IdentityStore, SlackAccount } from '../../engine/ports-identity.ts'
import type { Line } from '../cli/screen/line.ts'
import type { Office } from '../desk/office.ts'
import type { Actor } from './door/arrivals.ts'
import type { Talk } from './door/talk.ts'

export type Given = {
  desk: Desk & Office
  store: Store
  settings: SlackSettings
  identity: Pick<IdentityStore, 'linkedTo'>
  /** An address for this person of Slack alone; `undefined`: nobody can sign in at this server. */
  offerLink: (slack: SlackAccount) => Promise<string | undefined>
  now: () => number
}

export type Means = Given & {
  /** How an environment stands, as it was within the last second. */
  standing: (target: Target) => Promise<readonly Line[]>
  /** As Slack had it within the last hour. */
  nameOf: (who: Actor & { talk: Talk }) => Promise<string>
}
