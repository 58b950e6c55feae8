// Asks hosts what they run, for whoever asks by the API: the same question, while it is being answered, is asked once.

import type { ApiDeps } from '../../web/api/deps.ts'
import { type HostsGround, type Part, probeHosts } from '../cli/session/read-hosts.ts'

export function shareProbe(ground: HostsGround): ApiDeps['probe'] {
  const asked = new Map<string, ReturnType<ApiDeps['probe']>>()
  return ({ application, environment }, part: Part) => {
    const key = JSON.stringify([application, environment, part.from, part.size])
    const target = { application, environment }
    const answer = asked.get(key) ?? probeHosts(ground, { target, part }).finally(() => asked.delete(key))
    asked.set(key, answer)
    return answer
  }
}
