// An SSH server for thousands of hosts, one loopback address each, in a process of its own. It answers Houston's host
// protocol as a host where everything went well, and runs nothing.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'

export type LightServer = {
  port: number
  /** Deployments that were answered since the last call. */
  served(): Promise<number>
  /** When hosts were begun for a rollout, ms since 1970, and which was the first. */
  begun(rollout: string): Promise<{ first: number; last: number; firstHost: string } | undefined>
  stop(): Promise<void>
}

export type LightHosts = { addresses: readonly string[]; hostKey: string; clientKey: string; user: string }

const opened = z.object({ port: z.number() })
const counted = z.object({ served: z.number() })
const recorded = z.object({
  begun: z.object({ first: z.number(), last: z.number(), firstHost: z.string() }).optional(),
})

export async function startLightServer(hosts: LightHosts): Promise<LightServer> {
  const child = fork(new URL('./light-server-process.ts', import.meta.url), { execArgv: [], serialization: 'advanced' })
  const { port } = opened.parse(await ask(child, { kind: 'open', ...hosts }))
  return {
    port,
    served: async () => counted.parse(await ask(child, { kind: 'served' })).served,
    begun: async (rollout) => recorded.parse(await ask(child, { kind: 'begun', rollout })).begun,
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function ask(child: ChildProcess, question: object): Promise<unknown> {
  child.send(question)
  const [answer] = await once(child, 'message')
  return answer
}
