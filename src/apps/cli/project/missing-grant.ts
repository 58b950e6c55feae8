// Says what the operator has not granted: a repository reaches only the hosts whose keys it was given.

import type { Environment } from '../../../config/config.ts'
import type { Settings } from '../../../config/settings.ts'
import type { Words } from '../../words/refusal.ts'

/** `undefined` when every host of the environment may be reached. `repository`: `owner/name`, or '' when there is none. */
export async function missingGrant(
  settings: Settings,
  { name, fleet }: Environment,
  repository: string,
): Promise<Words | undefined> {
  const { mayReach } = await import('../../../config/may-use.ts')
  for (const host of fleet.zones.flatMap((zone) => zone.hosts)) {
    const answer = mayReach(settings, { repository, environment: name, host })
    if (answer.kind === 'allowed') continue
    const { use, reason, add } = answer
    const what =
      reason === 'unknown-identity'
        ? `The settings know no identity ${use.identity}.`
        : `Identity ${use.identity} may not be used for ${use.address} here.`
    const why = `Keys are granted by the operator, per repository (${repository || 'this folder has no remote origin'}), environment and host.`
    const grant = repository === '' ? add.replace('repository: ""', 'repository: "*"') : add
    return { what, why, next: `add to houston.server.yml: ${grant}` }
  }
  return undefined
}
