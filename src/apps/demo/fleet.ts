// A fleet of real SSH servers on loopback, each host with its own directory: for the demo, for end-to-end tests and for
// benches. It must never listen on, or connect to, anything but loopback.

import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WantedHost } from './fleet-layout.ts'
import { type Answer, type Ask, answer, type FleetSettings, type Opened } from './fleet-messages.ts'

export type WantedFleet = {
  hosts: readonly WantedHost[]
  /** Absolute path, absent or empty. The fleet owns it and removes it at the end. A fresh temporary one by default. */
  root?: string
  /** `auto` takes OpenSSH's server when it is installed and lets the current user in, else ssh2's. */
  kind?: FleetSettings['kind']
  daemons?: FleetSettings['daemons']
}

/** `knownHosts` and `identity` come as text and as a file. `note` says why `auto` did not take OpenSSH. */
export type Fleet = Omit<Opened, 'pid'> & {
  /** Kills what runs on the hosts, stops the servers, removes all files. Happens by itself when this process ends, however it ends. */
  stop(): Promise<void>
  /** Stops the host's SSH server and drops its connections; what runs there lives on. */
  stopHost(name: string): Promise<void>
  startHost(name: string): Promise<void>
  /** Freezes the host: connections stay open and silent, its processes stand still. */
  pauseHost(name: string): Promise<void>
  resumeHost(name: string): Promise<void>
  /** Pulls the plug: server, connections and everything that ran there. */
  crashHost(name: string): Promise<void>
  /** Lets the fleet outlive this process. Answers the process id that takes it down when it is sent SIGTERM. */
  leave(): Promise<number>
}

/** Resolves when every host accepts connections. Rejects, with nothing left behind, when the wanted kind does not work here. */
export async function startFleet(wanted: WantedFleet): Promise<Fleet> {
  const { kind = 'auto', daemons = 'each' } = wanted
  const root = wanted.root ?? join(tmpdir(), `houston-fleet-${randomBytes(6).toString('hex')}`)
  const warden = summonWarden()
  try {
    const { opened } = await warden.ask({ kind: 'open', settings: { hosts: [...wanted.hosts], root, kind, daemons } })
    if (!opened) throw new Error('the warden opened nothing')
    return fleetOf(opened, warden)
  } catch (error) {
    await warden.dismiss()
    throw error
  }
}

type Warden = { ask(ask: Ask): Promise<Answer>; dismiss(): Promise<void> }

function fleetOf({ pid, ...opened }: Opened, warden: Warden): Fleet {
  const act = (action: 'stop' | 'start' | 'pause' | 'resume' | 'crash') => async (name: string) => {
    await warden.ask({ kind: 'host', action, name })
  }
  let stopping: Promise<void> | undefined
  const stop = async () => {
    await warden.ask({ kind: 'close' })
    await warden.dismiss()
  }
  return {
    ...opened,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
    stopHost: act('stop'),
    startHost: act('start'),
    pauseHost: act('pause'),
    resumeHost: act('resume'),
    crashHost: act('crash'),
    leave: async () => {
      await warden.ask({ kind: 'leave' })
      await warden.dismiss()
      return pid
    },
  }
}

// A process group of its own, so that Ctrl-C in a terminal reaches the owner alone.
function summonWarden(): Warden {
  const path = new URL('./fleet-warden.ts', import.meta.url)
  const child = fork(path, { detached: true, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  let complaint = ''
  let asked = 0
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk).slice(-4000)
  })
  child.on('message', (message) => {
    const said = answer.parse(message)
    const one = waiting.get(said.id)
    waiting.delete(said.id)
    if (said.error === undefined) one?.resolve(said)
    else one?.reject(new Error(said.error))
  })
  child.once('exit', (code, signal) => {
    for (const one of waiting.values()) one.reject(new Error(`the fleet ended (${signal ?? code}) ${complaint}`.trim()))
  })
  return {
    ask: (ask) =>
      new Promise((resolve, reject) => {
        asked += 1
        waiting.set(asked, { resolve, reject })
        child.send({ id: asked, ask }, (error) => error && reject(error))
      }),
    dismiss: () => dismiss(child),
  }
}

// Resolves when the channel is closed: after `close` the warden ends, after `leave` it stays.
async function dismiss(child: ChildProcess): Promise<void> {
  if (child.connected) child.disconnect()
  child.unref()
  child.stderr?.destroy()
}
