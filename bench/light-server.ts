// An SSH server for thousands of hosts, one loopback address each, in a process of its own. It answers Houston's host
// protocol as a host where everything went well, and runs nothing.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'

export type LightServer = {
  port: number
  /** Deployments that were answered since the last call. */
  served(): Promise<number>
  stop(): Promise<void>
}

export type LightHosts = { addresses: readonly string[]; hostKey: string; clientKey: string; user: string }

const said = z.union([
  z.object({ port: z.number() }),
  z.object({ served: z.number() }),
  z.object({ error: z.string() }),
])

export async function startLightServer(hosts: LightHosts): Promise<LightServer> {
  const child = fork(new URL('./light-server-process.ts', import.meta.url), { execArgv: [], serialization: 'advanced' })
  const opened = await ask(child, { kind: 'open', ...hosts })
  if (!('port' in opened)) throw new Error(`the light server did not start: ${JSON.stringify(opened)}`)
  return {
    port: opened.port,
    served: async () => {
      const answer = await ask(child, { kind: 'served' })
      return 'served' in answer ? answer.served : 0
    },
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function ask(child: ChildProcess, question: object): Promise<z.infer<typeof said>> {
  child.send(question)
  const [answer] = await once(child, 'message')
  return said.parse(answer)
}
