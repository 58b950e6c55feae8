// The watchers, which live in a process of their own so that their work is not the server's.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'

export type Watchers = {
  /** Resolves when all have begun to receive. */
  watch(url: string, count: number): Promise<void>
  /** What all of them got together. */
  leave(): Promise<{ events: number; bytes: number }>
  close(): Promise<void>
}

const opened = z.object({ open: z.number() })
const counted = z.object({ events: z.number(), bytes: z.number() })

export function startWatchers(): Watchers {
  const child = fork(new URL('./watchers-process.ts', import.meta.url), { execArgv: [] })
  const ask = async (told: object): Promise<unknown> => {
    child.send(told)
    const [answer] = await once(child, 'message')
    return answer
  }
  return {
    watch: async (url, count) => void opened.parse(await ask({ kind: 'watch', url, count })),
    leave: async () => counted.parse(await ask({ kind: 'leave' })),
    close: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
