// Checks one host per zone over SSH: whether it can be reached, and what it says it runs.

import type { Environment } from '../../../config/config.ts'
import type { Settings } from '../../../config/settings.ts'
import { withOneIdentity } from '../one-identity.ts'
import { sshSettings } from '../project/ssh-settings.ts'
import { short } from '../screen/line.ts'
import { type Check, fail, ok } from './check.ts'
import { firstHosts } from './keys.ts'

export async function checkZones(settings: Settings, environment: Environment, directory: string): Promise<Check[]> {
  const { createSshRemote } = await import('../../../adapters/ssh/remote.ts')
  const dialled = createSshRemote(await sshSettings(settings))
  const remote = settings.source === 'default' ? withOneIdentity(dialled, 'default') : dialled
  const chosen = firstHosts(environment.fleet)
  try {
    const readings = await remote.probe(
      chosen.map(({ host }) => host),
      directory,
    )
    return chosen.map(({ zone, host }, index): Check => {
      const name = `${environment.name} ${short(zone)}`
      const reading = readings[index]
      if (reading?.kind === 'read')
        return ok(name, `${host.name} runs ${reading.installed ?? reading.current ?? 'nothing yet'}`)
      const next = `ssh -p ${host.port} ${host.user}@${host.address}   (shows the same fault), then mend it there`
      return { ...fail(name, `${host.name}: ${reading?.signature ?? 'no answer'}`, next), unreachable: true }
    })
  } finally {
    await remote.close()
  }
}
