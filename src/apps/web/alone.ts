// Whether one person works here without sign-in: on their own machine, with their own store, and nobody else's identity to go by.

import { isIPv4 } from 'node:net'
import type { Listen } from '../../config/listen.ts'
import type { Settings } from '../../config/settings.ts'
import type { Person } from '../../core/intent.ts'

export type AlonePlace = {
  settings: Pick<Settings, 'databaseUrl' | 'url'>
  listen: Listen
  /** Whoever started this process. */
  operator: Person
}

/** Asked at each request, because an App may be set up at any moment. An address for others means that there are others. */
export function alonePerson({ settings, listen, operator }: AlonePlace, hasApp: boolean): Person | undefined {
  const shared = settings.databaseUrl !== undefined || hasApp || !isLoopback(listen.host)
  const reachedByOthers = settings.url !== undefined && !isLoopback(new URL(settings.url).hostname)
  return shared || reachedByOthers ? undefined : operator
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
}
