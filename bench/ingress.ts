// How soon Slack hears that a command arrived: so many signed commands a second, at a steady pace, at a `houston serve` of its own
// process that carries out a rollout meanwhile. It fails when Slack would have heard too late.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { EVENTS_PATH } from '../src/apps/slack/door/events-route.ts'
import { type SlackStandIn, startSlackStandIn } from '../test/support/slack-stand-in/stand-in.ts'
import { type LightGround, lightGround } from './fanout/ground.ts'
import { machine, print } from './print.ts'
import { makeScratch, removeScratch } from './scratch.ts'

const MAIN = fileURLToPath(new URL('../src/apps/cli/main.ts', import.meta.url))
/** Slack shows an error after 3 s; the rest is the network's. */
const MOST_P99_MS = 800

/** `way`: how Slack reaches the server. */
type Load = { way: 'socket' | 'http'; perSecond: number; seconds: number; hosts: number; parallel: number }
type Scene = { slack: SlackStandIn; ground: LightGround; folder: string }

export async function benchIngress(argv: readonly string[]): Promise<void> {
  const load = read(argv)
  print({ bench: 'ingress', kind: 'settings', ...load, ...machine() })
  const folder = await makeScratch()
  const ground = await lightGround(load.hosts)
  const slack = await startSlackStandIn()
  const scene = { slack, ground, folder }
  const children: ChildProcess[] = []
  try {
    await writeProject(scene, load)
    const server = run(scene, ['serve', '--listen', '127.0.0.1:0'])
    children.push(server)
    const address = await ready(server)
    if (load.way === 'http') slack.deliverTo(`http://${address}${EVENTS_PATH}`)
    else await slack.socketMode.connected()
    await play(scene, { ...load, perSecond: 5, seconds: 2 })
    slack.acks.length = 0
    const rollout = run(scene, ['deploy', 'production', 'r1', '--yes'])
    children.push(rollout)
    await begun(ground, rollout)
    await play(scene, load)
    const figures = { ...figuresOf(slack), ...(await meanwhile(scene, rollout)) }
    print({ bench: 'ingress', kind: 'result', ...load, ...figures })
    if (!(figures.ackP99Ms < MOST_P99_MS) || figures.refused > 0 || !figures.rolloutRan) process.exitCode = 1
  } finally {
    for (const child of children.reverse()) await end(child)
    await slack.close()
    await ground.close()
    removeScratch(folder)
  }
}

function read(argv: readonly string[]): Load {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
  const numbers = { rate: text('50'), seconds: text('20'), hosts: text('6000'), parallel: text('8') }
  const { values } = parseArgs({ args: [...argv], options: { ...numbers, way: text('http') } })
  const { rate, seconds, hosts, parallel } = values
  const way = values.way === 'socket' ? 'socket' : 'http'
  return { way, perSecond: Number(rate), seconds: Number(seconds), hosts: Number(hosts), parallel: Number(parallel) }
}

async function writeProject({ ground, folder }: Scene, { parallel }: Load): Promise<void> {
  const hosts = ground.hosts.map(({ name, address, port, user }) => ({ name, address, port, user }))
  const houston = {
    application: 'bench',
    release: { from: 'none', directory: `${ground.root}/{{host}}/srv` },
    recipe: { fetch: 'true', start: 'true' },
    environments: {
      production: { zones: { 'eu-1a': hosts }, rollout: { batch: parallel, max_unavailable: '100%' } },
    },
  }
  const allow = [{ repository: '*', environments: ['*'], hosts: ['*'] }]
  const server = {
    data: join(folder, 'data'),
    known_hosts: [ground.knownHostsFile],
    identities: { default: { key_file: ground.identityFile, allow } },
    slack: { channels: [{ channel: 'C0DEPLOYS', application: 'bench' }] },
  }
  // JSON is YAML.
  await mkdir(join(folder, '.github'))
  await writeFile(join(folder, '.github', 'houston.yml'), JSON.stringify(houston))
  await writeFile(join(folder, 'houston.server.yml'), JSON.stringify(server))
}

function run({ slack, folder }: Scene, words: readonly string[]): ChildProcess {
  const { DATABASE_URL: _, HOUSTON_DATA: __, HOUSTON_SETTINGS: ___, ...env } = process.env
  const child = spawn(process.execPath, [MAIN, ...words], {
    ...{
      cwd: folder,
      env: { ...env, ...slack.variables },
      stdio: ['ignore', 'ignore', words[0] === 'serve' ? 'pipe' : 'inherit'],
    },
  })
  // Also when the bench is interrupted.
  process.once('exit', () => child.kill('SIGKILL'))
  return child
}

/** Resolves with where it listens. */
async function ready({ stderr }: ChildProcess): Promise<string> {
  let listens = ''
  if (!stderr) throw new Error('no output')
  for await (const line of createInterface({ input: stderr })) {
    const { message, address } = JSON.parse(line)
    if (message === 'listening') listens = address
    // Until Slack has said whose token it is, nobody is believed.
    if (message === 'a workspace of Slack') {
      stderr.resume()
      return listens
    }
  }
  throw new Error('houston serve ended')
}

/** Throws when the rollout ended before it reached a host. */
async function begun(ground: LightGround, rollout: ChildProcess): Promise<void> {
  while ((await ground.served()) === 0) {
    if (rollout.exitCode !== null) throw new Error(`the rollout did not begin: ${rollout.exitCode}`)
    await pause(50)
  }
}

/** At a steady pace, however long each takes; resolves when all were acknowledged, or not. */
async function play({ slack }: Scene, { perSecond, seconds }: Load): Promise<void> {
  const started = performance.now()
  const sent: Promise<unknown>[] = []
  for (let count = 0; count < perSecond * seconds; count += 1) {
    await pause(Math.max(0, started + (count * 1_000) / perSecond - performance.now()))
    // What was refused is counted.
    sent.push(
      slack
        .people()
        .command('U0ADA', '/deploy status production')
        .catch(() => {}),
    )
  }
  await Promise.all(sent)
}

function figuresOf({ acks }: SlackStandIn) {
  const took = acks.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN
  const refused = acks.filter(({ status }) => status !== 200).length
  // What others do on this machine shows in the last ones.
  return { load: loadavg()[0], acks: took.length, refused, ackP50Ms: at(0.5), ackP99Ms: at(0.99), ackMaxMs: at(1) }
}

/** `rolloutRan`: it had begun before the commands, and had not ended after them. */
async function meanwhile({ ground, slack }: Scene, rollout: ChildProcess) {
  const hostsDone = await ground.served()
  const answered = slack.log.filter(({ method }) => method === 'response_url').length
  return { hostsDone, rolloutRan: hostsDone > 0 && rollout.exitCode === null, answered }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(late)
}
