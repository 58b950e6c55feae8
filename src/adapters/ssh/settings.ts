// What an operator says about SSH, and what holds when nothing is said. No secrets are written anywhere from here.

export type Identity = { kind: 'key'; pem: string; passphrase?: string } | { kind: 'agent'; socket: string }

export type Deadlines = {
  /** TCP and the server's banner. */
  dialMs: number
  /** Key exchange and authentication. */
  loginMs: number
  /** Opening a channel and the host's first word. */
  openMs: number
  /** From a lost connection until the host is given up as unknown. */
  attachMs: number
  /** Added to the recipe's own deadline, which the host enforces. */
  graceMs: number
  /** How long output may still come after the recipe ended: a daemon may have kept its stdout. */
  outputMs: number
}

export type SshSettings = {
  /** Contents of known_hosts files. */
  knownHosts: readonly string[]
  /** By the name that a `Host` uses. */
  identities: Readonly<Record<string, Identity>>
  /** Hosts worked on at the same time. */
  maxSessions?: number
  /** Of these, how many one environment may have; 80 % unless said. */
  maxSessionsPerEnvironment?: number
  dials?: { perSecond: number; atOnce: number }
  deadlines?: Partial<Deadlines>
  keepalive?: { intervalMs: number; count: number }
  /** Texts that never leave this adapter, in any usual coding. */
  secrets?: readonly string[]
  /** Threads that hold the connections of a large rollout; 0 keeps them in this one. */
  workers?: number
  /** Rollouts with fewer hosts stay in this thread: they are over before another one has started. */
  manyHosts?: number
  /** Where downloaded artefacts are kept; a directory of the system's temporary one when absent. */
  cacheDirectory?: string
}

export type FullSettings = Required<Omit<SshSettings, 'deadlines'>> & { deadlines: Deadlines }

export function withDefaults(settings: SshSettings, temporary: string): FullSettings {
  const maxSessions = settings.maxSessions ?? 200
  return {
    ...settings,
    maxSessions,
    maxSessionsPerEnvironment: settings.maxSessionsPerEnvironment ?? Math.max(1, Math.floor(maxSessions * 0.8)),
    dials: settings.dials ?? { perSecond: 1_000, atOnce: 100 },
    keepalive: settings.keepalive ?? { intervalMs: 10_000, count: 3 },
    secrets: settings.secrets ?? [],
    workers: settings.workers ?? 1,
    manyHosts: settings.manyHosts ?? 500,
    cacheDirectory: settings.cacheDirectory ?? `${temporary}/houston-artefacts`,
    deadlines: {
      dialMs: 10_000,
      loginMs: 20_000,
      openMs: 20_000,
      attachMs: 60_000,
      graceMs: 60_000,
      outputMs: 1_000,
      ...settings.deadlines,
    },
  }
}
