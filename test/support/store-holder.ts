// A process of its own that works on a store, for tests that kill it. Run as: node store-holder.ts DIRECTORY-OR-URL MODE.
// It prints JSON lines and lives until it is killed or its input ends.

import { openStore } from '../../src/adapters/postgres/open-store.ts'
import { commitOf, driven } from './rollout-of.ts'

const [place = '', mode = ''] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
process.stdin.resume().on('end', () => process.exit(0))

try {
  const { store, jobs, close } = await openStore(
    place.startsWith('postgres:') ? { databaseUrl: place } : { dataDirectory: place, control: '/run/houston.sock' },
  )
  if (mode === 'commit') {
    const { rollout, epoch } = await driven(store)
    say({ rollout: rollout.id })
    for (let count = 1; ; count += 1) {
      const states = [0, 1, 2].map((index) => ({ index, state: { phase: 'running', attempt: count } as const }))
      await store.commit(commitOf(rollout.id, epoch, { hosts: states }))
      say({ committed: count })
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  if (mode === 'drive') {
    await driven(store)
    await jobs.rollouts.start(async (rollout) => {
      say({ driving: rollout })
      await new Promise(() => {})
    })
  }
  if (mode === 'leave') {
    await driven(store)
    const begun = Promise.withResolvers<void>()
    await jobs.rollouts.start(async () => {
      begun.resolve()
      await new Promise(() => {})
    })
    await begun.promise
    await close()
    process.stdin.destroy()
  }
  say({ open: mode !== 'leave' })
} catch (error) {
  say({ error: error instanceof Error ? error.name : String(error) })
  process.exit(3)
}
