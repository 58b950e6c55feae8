// Reads what a host runs: one exec that changes nothing.

import { randomBytes } from 'node:crypto'
import type { Host } from '../../core/fleet.ts'
import type { HostReading } from '../../engine/ports.ts'
import type { Tools } from './attempt.ts'
import { DialError } from './dial-error.ts'
import { exchange } from './exchange.ts'
import { probeScript } from './host-script.ts'
import { ended } from './signature.ts'

export async function probeHost({ settings, connect }: Tools, host: Host, directory: string): Promise<HostReading> {
  const nonce = randomBytes(12).toString('hex')
  try {
    const script = probeScript(directory, host.name, nonce)
    const connection = await connect(host)
    const reading: Extract<HostReading, { kind: 'read' }> = { kind: 'read' }
    let complete = false
    try {
      const { openMs, outputMs } = settings.deadlines
      const end = await exchange(connection.client, {
        ...{ command: 'exec sh', nonce, script, openMs, outputMs, totalMs: openMs, overdueMs: openMs },
        mayBegin: () => true,
        onSent: () => {},
        onMarker: (marker) => {
          if (marker.kind === 'probed') complete = true
          else if (marker.kind === 'returned') reading.returned = true
          else if ('name' in marker) reading[marker.kind] = marker.name
        },
      })
      if (complete && end.code === 0) return reading
      return {
        kind: 'unreachable',
        signature: end.code === undefined ? 'connection lost' : `its shell ${ended(end.code)}`,
      }
    } finally {
      connection.release()
    }
  } catch (error) {
    return { kind: 'unreachable', signature: error instanceof DialError ? error.explanation : String(error) }
  }
}
