// Runs OpenSSH's server for one or more hosts of a fleet, with a configuration of its own and keys only. It must not read
// or change the machine's SSH settings.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Daemon, DaemonSettings } from './fleet-daemon.ts'
import { serverProcesses, signalAll } from './fleet-processes.ts'
import { sshdConfig } from './fleet-sshd-config.ts'

/** OpenSSH refuses more listeners than this in one process (MAX_LISTEN_SOCKS in sshd.c). */
export const MAX_HOSTS_PER_SSHD = 16

/** Absolute path of `sshd`, which insists on being called by it. */
export function findSshd(): string | undefined {
  const folders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', ...(process.env.PATH ?? '').split(':')]
  return folders.map((folder) => join(folder, 'sshd')).find((path) => path.startsWith('/') && existsSync(path))
}

/** An `sshd` for the hosts of `settings`, at most `MAX_HOSTS_PER_SSHD`. */
export function sshdDaemon(binary: string, settings: DaemonSettings): Daemon {
  const config = join(settings.directory, 'sshd_config')
  let child: ChildProcess | undefined
  const signal = (name: NodeJS.Signals) => child?.pid !== undefined && signalAll(serverProcesses(child.pid), name)
  return {
    hosts: settings.hosts.map((host) => host.name),
    async start() {
      await prepare(binary, config, settings)
      child = await launch(binary, config, settings.hosts.length)
    },
    async stop() {
      const stopping = child
      if (stopping?.pid === undefined) return
      // Frozen first: a server that forks while its processes are counted would leave one behind.
      signalAll([stopping.pid], 'SIGSTOP')
      const ended = stopping.exitCode === null && stopping.signalCode === null ? once(stopping, 'exit') : undefined
      signal('SIGKILL')
      child = undefined
      await ended
    },
    pause: () => void signal('SIGSTOP'),
    resume: () => void signal('SIGCONT'),
  }
}

async function prepare(binary: string, config: string, settings: DaemonSettings): Promise<void> {
  const { directory, hostKey, clientKey } = settings
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(join(directory, 'host_key'), hostKey.privateText, { mode: 0o600 })
  await writeFile(join(directory, 'authorized_keys'), `${clientKey.publicLine}\n`, { mode: 0o600 })
  await writeFile(config, sshdConfig(settings, versionOf(binary)))
  const complaint = spawnSync(binary, ['-t', '-f', config], { encoding: 'utf8' }).stderr
  // As root it wants an empty directory that the machine's start-up would have made; it names the one it misses.
  const missing = /Missing privilege separation directory: (\/\S+)/.exec(complaint)?.[1]
  if (missing !== undefined) await mkdir(missing, { recursive: true, mode: 0o755 })
}

function versionOf(binary: string): number {
  // Older versions have no -V, but name themselves in the complaint about it.
  const answer = spawnSync(binary, ['-V'], { encoding: 'utf8' })
  return Number(/OpenSSH_(\d+\.\d+)/.exec(answer.stderr + answer.stdout)?.[1] ?? 0)
}

function launch(binary: string, config: string, listeners: number): Promise<ChildProcess> {
  const child = spawn(binary, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const said: string[] = []
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`${binary} ended at once: ${said.join(' | ')}`)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      // Read to the end, so that its pipe never fills up; kept only until it listens.
      if (said.length < listeners + 20) said.push(line)
      if (said.filter((one) => one.startsWith('Server listening on')).length === listeners) resolve(child)
    })
  })
}
