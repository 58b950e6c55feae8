// The demo's web page: `houston serve` in this process and in the demo's folder, so that it ends with the demo however that ends.
// The acts are played through it, by commands that find it as they find any server on their machine.

import type { Person } from '../../core/intent.ts'
import type { App, Interrupt } from '../cli/app.ts'
import { serve } from '../cli/commands/serve.ts'
import { openScreen } from '../cli/screen/screen.ts'
import { cleanEnvironment } from './run-houston.ts'

export type DemoPage = { address: string; close(): Promise<void> }

/** Resolves when the page can be opened. Rejects with what the server said when it cannot. */
export async function openPage({ folder, person }: { folder: string; person: Person }): Promise<DemoPage> {
  const ears = new Set<(what: Interrupt) => void>()
  const ready = Promise.withResolvers<string>()
  const env = cleanEnvironment()
  const app: App = {
    ...{ cwd: folder, env, person, now: Date.now },
    screen: silentScreen(env, listenFor(ready.resolve)),
    interrupts: {
      listen: (heard) => {
        ears.add(heard)
        return () => ears.delete(heard)
      },
    },
  }
  const ended = serve(app, { listen: '127.0.0.1:0' })
  const address = await Promise.race([ready.promise, ended.then(() => Promise.reject(new Error('the page ended')))])
  const close = async () => {
    for (const heard of ears) heard('leave')
    await ended
  }
  return { address, close }
}

/** The server's log is JSON, a line an entry. */
function listenFor(ready: (address: string) => void): (line: string) => void {
  let address = ''
  return (line) => {
    const [, listens] = /"message":"listening".*"address":"([^"]+)"/.exec(line) ?? []
    if (listens !== undefined) address = `http://${listens}`
    if (line.includes('"message":"ready"')) ready(address)
  }
}

function silentScreen(env: NodeJS.ProcessEnv, heard: (line: string) => void): App['screen'] {
  const stderr = { write: heard }
  return openScreen({ stdout: { write: () => {} }, stderr, stdin: {}, env, readLine: async () => undefined })
}
