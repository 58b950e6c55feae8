// The demo: three acts on a fleet of real SSH servers, played with the same commands that anybody types.

import { join } from 'node:path'
import type { Person } from '../../core/intent.ts'
import { type Act, type ActReport, play } from './act.ts'
import { judge } from './judge.ts'
import { type DemoPage, openPage } from './page.ts'
import { writeSite } from './site.ts'
import { buildWorld, type World, ZONES } from './stage-site.ts'

export type DemoOptions = {
  /** Lines for programs instead of a story. */
  json: boolean
  /** Leaves the fleet up afterwards. */
  keep: boolean
  print: (line: string) => void
  /** Who plays it, on the page too. */
  person: Person
  signal: AbortSignal
}

const R1 = { release: 'r1' }
/** Broken on three hosts of twelve: two do not come up, one answers its health check with a 500. */
const R2 = {
  release: 'r2',
  faults: { 'web2.eu-1b': 'refuses', 'web2.eu-1c': 'answers-500', 'web3.eu-1a': 'refuses' },
} as const

const R3 = { release: 'r3' }

const ACTS: readonly (Act & { build?: typeof R1 | typeof R2; story: string[] })[] = [
  {
    number: 1,
    title: 'release r1 goes everywhere',
    args: ['deploy', 'demo', 'r1'],
    build: R1,
    story: ['One host goes first (the canary) and is watched for a second; the rest follow, three at a time.'],
  },
  {
    number: 2,
    title: 'release r2 is broken on some hosts',
    args: ['deploy', 'demo', 'r2'],
    build: R2,
    story: ['The budget tolerates one failure. The second halts the rollout; no further host is touched.'],
  },
  {
    number: 3,
    title: 'rollback',
    args: ['rollback', 'demo'],
    story: ['Back to the release that was good on these hosts: failed hosts first, untouched ones stay untouched.'],
  },
]

/** Resolves with the exit code: 0 when everything went as it must. */
export async function demo(options: DemoOptions): Promise<number> {
  const began = performance.now()
  const { print, json } = options
  const world = await buildWorld()
  let kept = false
  let page: DemoPage | undefined
  try {
    page = await openPage({ folder: world.folder, person: options.person })
    if (json) print(JSON.stringify({ kind: 'demo-page', address: page.address }))
    else introduce(world, page.address, print)
    const reports = await playAll(world, options)
    const faults = judge(reports)
    const seconds = Math.round((performance.now() - began) / 100) / 10
    const fleet = { kind: world.fleet.kind, hosts: world.fleet.hosts.length, zones: ZONES.length }
    kept = options.keep && !options.signal.aborted
    if (kept) await leave(world, print, json)
    if (json)
      print(JSON.stringify({ kind: 'demo-summary', ok: faults.length === 0, faults, seconds, fleet, acts: reports }))
    else conclude({ faults, seconds, kept }, print)
    return faults.length === 0 ? 0 : 1
  } catch (error) {
    // Whatever was under way when the person stopped the demo has failed, and needs no words.
    if (!options.signal.aborted) throw error
    if (!json) print('Stopped; taking everything down.')
    return 1
  } finally {
    await page?.close()
    if (!kept) await world.fleet.stop()
  }
}

async function playAll(world: World, { json, print, signal }: DemoOptions): Promise<ActReport[]> {
  const reports: ActReport[] = []
  for (const { build, story, ...act } of ACTS) {
    if (signal.aborted) break
    if (build) await writeSite(join(world.folder, 'build'), build)
    if (!json)
      for (const line of ['', `── Act ${act.number}: ${act.title}`, ...story, '', `$ houston ${act.args.join(' ')}`])
        print(line)
    const report = await play(world, act, { show: !json, signal })
    reports.push(report)
    if (json) print(JSON.stringify({ kind: 'act', ...report }))
    else aftermath(report, print)
  }
  return reports
}

function introduce({ fleet }: World, address: string, print: (line: string) => void): void {
  const servers = fleet.kind === 'openssh' ? "OpenSSH's sshd" : "ssh2's server"
  print(
    `${fleet.hosts.length} hosts in ${ZONES.length} zones, each ${servers} on its own loopback address, each with a small web application.`,
  )
  if (fleet.note) print(`(${fleet.note})`)
  print('')
  print(`Watch it in a browser, as long as the demo lasts: ${address}`)
}

function aftermath({ read_back, order, untouched }: ActReport, print: (line: string) => void): void {
  const answers = new Map<string, number>()
  for (const { site } of read_back) {
    const words = site.kind === 'silent' ? 'no answer' : `${site.release} (HTTP ${site.status})`
    answers.set(words, (answers.get(words) ?? 0) + 1)
  }
  const said = [...answers].map(([words, count]) => `${count} × ${words}`).join(', ')
  print('')
  print(`The applications themselves, asked over HTTP: ${said}.`)
  print(`Touched, by the hosts' own journal: ${order.join(', ')}.`)
  if (untouched.length > 0) print(`Untouched: ${untouched.join(', ')}.`)
}

async function leave({ fleet, folder }: World, print: (line: string) => void, json: boolean): Promise<void> {
  const pid = await fleet.leave()
  // What is deployed by hand from here on works: the broken build of the second act would only puzzle.
  await writeSite(join(folder, 'build'), R3)
  if (json) return
  // The launcher, on whichever Node this runs: the person's own `node` may be an older one.
  const houston = `node ${join(import.meta.dirname, '..', '..', '..', 'bin', 'houston.js')}`
  for (const line of [
    '',
    'The fleet stays up. Try, in its folder:',
    `  cd ${folder}`,
    `  ${houston} status demo`,
    `  ${houston} hosts demo --probe`,
    `  ${houston} deploy demo r3`,
    `  ${houston} rollback demo`,
    `  ${houston} history demo`,
    `  ${houston} serve   (its web page)`,
    `Take it down, its folder too, with: kill ${pid}`,
  ])
    print(line)
}

function conclude(
  end: { faults: readonly string[]; seconds: number; kept: boolean },
  print: (line: string) => void,
): void {
  print('')
  for (const fault of end.faults) print(`NOT AS IT MUST BE: ${fault}`)
  print(end.faults.length === 0 ? `All as it must be, in ${end.seconds} s.` : `The demo failed after ${end.seconds} s.`)
  if (end.kept) return
  print('Everything was taken down again. Next: `npm run demo -- --keep` leaves the fleet up for you to play with;')
  print('`node bin/houston.js --help` lists the commands; README.md shows the file that describes your own machines.')
}
