// A server, a remote and a fresh host directory for each test of a file; gates that a recipe waits at until the test opens them.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createSshRemote } from '../../../src/adapters/ssh/remote.ts'
import type { SshSettings } from '../../../src/adapters/ssh/settings.ts'
import type { Host } from '../../../src/core/fleet.ts'
import type { Remote } from '../../../src/engine/ports.ts'
import { type Sshd, startSshd } from './sshd.ts'

export type Place = {
  sshd: Sshd
  remote: Remote
  settings: SshSettings
  directory: string
  /** A host that no other test has used. */
  fresh(more?: Partial<Host>): Host
  path(host: Host, file: string): string
  read(host: Host, file: string): string
  has(host: Host, file: string): boolean
  /** A FIFO: `text` is what a recipe writes to wait there; `open` lets it go on, once it waits. */
  gate(): { text: string; open(): Promise<void> }
  stop(): Promise<void>
}

export async function makePlace(more: Partial<SshSettings> = {}): Promise<Place> {
  const sshd = await startSshd()
  const settings: SshSettings = {
    knownHosts: [sshd.knownHosts],
    identities: { test: { kind: 'key', pem: sshd.pem } },
    ...more,
  }
  const remote = createSshRemote(settings)
  let hosts = 0
  let gates = 0
  const path = (host: Host, file: string) => `${sshd.root}/${host.name}/${file}`
  return {
    ...{ sshd, remote, settings, path },
    directory: `${sshd.root}/{{host}}`,
    fresh: (wanted) => sshd.host(`h${hosts++}`, wanted),
    read: (host, file) => readFileSync(path(host, file), 'utf8'),
    has: (host, file) => existsSync(path(host, file)),
    gate() {
      const fifo = `${sshd.root}/gate${gates++}`
      execFileSync('mkfifo', [fifo])
      return { text: `read -r go <${fifo}`, open: () => writeFile(fifo, 'go\n') }
    },
    async stop() {
      await remote.close()
      sshd.stop()
    },
  }
}
