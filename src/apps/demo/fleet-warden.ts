// The process that holds a fleet: it runs or owns the SSH servers, and cleans up after them however the owner ends, kill -9
// included. It must not do anything for the owner that the owner can do itself.

import { type Answer, type Ask, request } from './fleet-messages.ts'
import { type OpenFleet, openFleet } from './fleet-open.ts'

let fleet: OpenFleet | undefined
let left = false
let queue: Promise<unknown> = Promise.resolve()

process.on('message', (message) => {
  const { id, ask } = request.parse(message)
  queue = queue
    .then(() => perform(ask))
    .then(
      (extra) => reply({ id, ...extra }),
      (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
    )
})
process.once('disconnect', () => left || end())
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)

async function perform(ask: Ask): Promise<{ opened?: OpenFleet['opened'] }> {
  switch (ask.kind) {
    case 'open':
      fleet = await openFleet(ask.settings)
      return { opened: fleet.opened }
    case 'host':
      await fleet?.act(ask.name, ask.action)
      return {}
    case 'leave':
      left = true
      return {}
    case 'close':
      await close()
      return {}
  }
}

// In the queue's turn: a fleet that is still being made must be whole before it can be taken down.
function end(): void {
  queue = queue
    .then(close)
    .catch(() => {})
    .then(() => process.exit(0))
}

async function close(): Promise<void> {
  const closing = fleet
  fleet = undefined
  await closing?.close()
}

function reply(answer: Answer): void {
  // The owner may be gone; then nobody waits for an answer.
  if (process.connected) process.send?.(answer, () => {})
}
