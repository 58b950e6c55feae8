// houston demo: a fleet of real SSH servers on this machine, and three acts played on it.

import type { App } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'

export async function demo(app: App, options: { json?: boolean; keep?: boolean }): Promise<ExitCode> {
  const { demo: play } = await import('../../demo/demo.ts')
  const stop = new AbortController()
  const unlisten = app.interrupts.listen(() => stop.abort())
  const json = options.json === true
  const print = (line: string) => (json ? app.screen.out.raw(`${line}\n`) : app.screen.out.print([[line]]))
  try {
    const code = await play({ json, keep: options.keep === true, print, person: app.person, signal: stop.signal })
    if (stop.signal.aborted) return EXIT.interrupted
    return code === 0 ? EXIT.ok : EXIT.failed
  } finally {
    unlisten()
  }
}
