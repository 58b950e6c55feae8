// What the doors of one server share: GitHub's clients, the cache of archives, and the desk. Wiring only.

import { join } from 'node:path'
import { createArchive, type FetchArchive } from '../../adapters/github/archive.ts'
import type { Settings } from '../../config/settings.ts'
import type { Person } from '../../core/intent.ts'
import type { Desk } from '../../engine/ports-desk.ts'
import { type LinkOf, openLink } from '../github/door/link.ts'
import type { Registration } from '../github/door/registration.ts'
import { loginOf } from '../slack/login-of.ts'
import type { Carrier } from './carry-act.ts'
import type { Office } from './office.ts'
import { openDesk } from './open-desk.ts'

export type Ground = { linkOf: LinkOf; fetchArchive: FetchArchive; deskOf: (carrier: Carrier) => Desk & Office }

const MOST_ARCHIVE_BYTES = 2 * 1024 ** 3

/** `folder`: where the server runs. */
export function openGround(options: {
  registration: Registration
  settings: Settings
  folder: string
  now: () => number
}): Ground {
  const { registration, settings, folder, now } = options
  const linkOf = openLink(registration)
  const directory = join(settings.dataDirectory, 'archives')
  const fetchArchive = createArchive({ directory, maxBytes: MOST_ARCHIVE_BYTES })
  const github = () => linkOf()?.github
  const isOperator = (person: Person) => isNamed(settings, person)
  return { linkOf, fetchArchive, deskOf: openDesk({ github, fetchArchive, settings, folder, isOperator, now }) }
}

/** Whoever sits at the machine itself, and whom the operator's file names in Slack. */
function isNamed({ slack }: Settings, { via, id }: Person): boolean {
  if (via === 'slack') return loginOf(slack, id) !== undefined
  return via === 'terminal'
}
