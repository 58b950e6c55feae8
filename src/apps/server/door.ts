// A way in and out besides the terminal, as the server sees it. The server knows none of them by name.

import type { Engine } from '../../engine/engine.ts'
import type { Remote, Store } from '../../engine/ports.ts'
import type { IdentityStore } from '../../engine/ports-identity.ts'
import type { Handlers, InboxMessage, Received } from '../../engine/ports-inbox.ts'
import type { ProjectionStore, Surface } from '../../engine/ports-outside.ts'
import type { Rounds } from '../../engine/ports-rounds.ts'
import type { Answer, Routes } from './serve-http.ts'

/** What arrived is committed when it returns. */
export type Receive = (message: InboxMessage) => Promise<Received>

/** What a door works with as soon as the store is open. */
export type DoorGround = { store: Store; remote: Remote; projections: ProjectionStore; identity: IdentityStore }

/** A door's part in the engine. */
export type DoorWorks = { handlers: (engine: Engine) => Handlers; surfaces: readonly Surface[] }

export type Door = {
  /** `receive` answers `undefined` while nothing may be taken: before the store is open, and while the process drains. */
  routes(receive: () => Receive | undefined): Routes
  /** Answers every path that no door names. One door at most has it. */
  fallback?: Answer
  works(ground: DoorGround): DoorWorks
  /** Called when the process works; what it answers ends what was begun. */
  opened(rounds: Rounds): () => void
}
