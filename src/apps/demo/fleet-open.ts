// Makes a fleet inside the current process: keys, directories, SSH servers. Only the warden calls it, since it must outlive
// the program that asked for the fleet, to clean up.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Daemon, DaemonSettings } from './fleet-daemon.ts'
import { type KeyPair, makeKey } from './fleet-key.ts'
import { type FleetHost, layOut } from './fleet-layout.ts'
import type { FleetSettings, Opened } from './fleet-messages.ts'
import { probe } from './fleet-probe.ts'
import { processesOf, signalAll, sweep } from './fleet-processes.ts'
import { ssh2Daemon } from './fleet-ssh2.ts'
import { findSshd, MAX_HOSTS_PER_SSHD, sshdDaemon } from './fleet-sshd.ts'

type HostAction = 'stop' | 'start' | 'pause' | 'resume' | 'crash'

export type OpenFleet = {
  opened: Opened
  act(name: string, action: HostAction): Promise<void>
  /** Kills whatever runs on the hosts and removes every file. */
  close(): Promise<void>
}

type Running = { daemons: Daemon[]; kind: Opened['kind']; note?: string }
type Ground = { root: string; hosts: readonly FleetHost[]; hostKey: KeyPair; clientKey: KeyPair }

/** Everything it made is gone again when it throws. */
export async function openFleet(settings: FleetSettings): Promise<OpenFleet> {
  const { root } = settings
  await claimRoot(root)
  let running: Running | undefined
  const close = async () => {
    await Promise.all(running?.daemons.map((daemon) => daemon.stop()) ?? [])
    await sweep(root)
    await rm(root, { recursive: true, force: true })
  }
  try {
    const ground = { root, hosts: await layOut(settings.hosts, root), hostKey: makeKey(), clientKey: makeKey() }
    await Promise.all(ground.hosts.map((host) => mkdir(host.directory, { recursive: true })))
    running = await startDaemons(settings, ground)
    const { daemons } = running
    return {
      opened: await describe(ground, running),
      close,
      act: (name, action) => act({ daemons, root }, name, action),
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function claimRoot(root: string): Promise<void> {
  await mkdir(root, { recursive: true })
  const found = await readdir(root)
  if (found.length > 0) throw new Error(`a fleet removes its root at the end, so ${root} must be empty`)
}

async function startDaemons(settings: FleetSettings, ground: Ground): Promise<Running> {
  if (settings.kind === 'ssh2') return { kind: 'ssh2', daemons: await startAll(ssh2Daemons(ground)) }
  const binary = findSshd()
  const attempt =
    binary === undefined ? new Error('OpenSSH has no server here') : await tryOpenSsh(binary, settings, ground)
  if (Array.isArray(attempt)) return { kind: 'openssh', daemons: attempt }
  if (settings.kind === 'openssh') throw attempt
  return { kind: 'ssh2', note: attempt.message, daemons: await startAll(ssh2Daemons(ground)) }
}

async function tryOpenSsh(binary: string, settings: FleetSettings, ground: Ground): Promise<Daemon[] | Error> {
  const size = settings.daemons === 'shared' ? MAX_HOSTS_PER_SSHD : 1
  const daemons = groups(ground.hosts, size).map((hosts) => sshdDaemon(binary, daemonSettings(ground, hosts)))
  try {
    await startAll(daemons)
    const [first] = ground.hosts
    // A locked account or a strange login shell shows only now.
    if (first) await probe(first, { privateText: ground.clientKey.privateText, hostKeyLine: ground.hostKey.publicLine })
    return daemons
  } catch (error) {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
    return error instanceof Error ? error : new Error(String(error))
  }
}

function ssh2Daemons(ground: Ground): Daemon[] {
  return ground.hosts.map((host) => ssh2Daemon({ ...daemonSettings(ground, [host]), hosts: [host] }))
}

async function startAll(daemons: Daemon[]): Promise<Daemon[]> {
  const outcomes = await Promise.allSettled(daemons.map((daemon) => daemon.start()))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  return daemons
}

function daemonSettings(ground: Ground, hosts: readonly FleetHost[]): DaemonSettings {
  const directory = join(ground.root, '.fleet', hosts[0]?.name ?? '')
  return { root: ground.root, directory, hosts, hostKey: ground.hostKey, clientKey: ground.clientKey }
}

function groups<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

async function describe(ground: Ground, running: Running): Promise<Opened> {
  const folder = join(ground.root, '.fleet')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lines = ground.hosts.map((host) => `[${host.address}]:${host.port} ${ground.hostKey.publicLine}\n`)
  const knownHosts = { text: lines.join(''), file: join(folder, 'known_hosts') }
  const identity = { text: ground.clientKey.privateText, file: join(folder, 'identity') }
  await writeFile(knownHosts.file, knownHosts.text)
  await writeFile(identity.file, identity.text, { mode: 0o600 })
  const { kind, note } = running
  const facts = { root: ground.root, hosts: [...ground.hosts], knownHosts, identity, kind, pid: process.pid }
  return note === undefined ? facts : { ...facts, note }
}

async function act(
  fleet: { daemons: readonly Daemon[]; root: string },
  name: string,
  action: HostAction,
): Promise<void> {
  const daemon = fleet.daemons.find((one) => one.hosts.includes(name))
  if (!daemon) throw new Error(`no host is named ${name}`)
  if (daemon.hosts.length > 1) throw new Error(`${name} shares its SSH server with other hosts`)
  if (action === 'start') return daemon.start()
  if (action === 'stop') return daemon.stop()
  if (action === 'crash') {
    await daemon.stop()
    return sweep(fleet.root, name)
  }
  const work = processesOf(fleet.root, name)
  daemon[action]()
  signalAll(work, action === 'pause' ? 'SIGSTOP' : 'SIGCONT')
}
