// A house whose engine is asked by others: through the control socket where the store is embedded, through the store otherwise.

import { newControlPath, sweepControlFolder } from '../cli/session/control-path.ts'
import { ControlServer } from '../cli/session/control-server.ts'
import { LocalSession } from '../cli/session/local-session.ts'
import { type House, type HouseOptions, openHouse } from '../cli/wiring.ts'

export type StorePlace = { dataDirectory: string } | { databaseUrl: string }

export type Served = {
  house: House
  /** Begins to drive. */
  start(): Promise<void>
  /** Nobody can ask through the socket any more. */
  hangUp(): void
}

export type ServedOptions = Omit<HouseOptions, 'store'> & { store: StorePlace; report: (fault: Error) => void }

export async function openServed({ store, report, ...rest }: ServedOptions): Promise<Served> {
  const control = 'dataDirectory' in store ? newControlPath(store.dataDirectory) : undefined
  const house = await openHouse({ ...rest, store: { ...store, report, ...(control !== undefined && { control }) } })
  const session = new LocalSession(house, { kind: 'local', alone: control !== undefined })
  const server = control === undefined ? undefined : new ControlServer(session)
  try {
    if (control !== undefined) sweepControlFolder(control)
    if (control !== undefined) await server?.listen(control)
  } catch (error) {
    await house.close()
    throw error
  }
  return { house, start: () => session.start(), hangUp: () => server?.close() }
}
