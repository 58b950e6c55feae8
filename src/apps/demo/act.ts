// One act of the demo: a command is carried out, and then everybody is asked what came of it, the hosts themselves first.

import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { hasEnded, ROLLOUT_PHASES, type RolloutPhase } from '../../core/rollout.ts'
import { runHouston } from './run-houston.ts'
import { askSites, type SiteAnswer } from './site-answers.ts'
import type { World } from './stage-site.ts'

export type Act = { number: number; title: string; args: readonly string[] }

export type ActReport = {
  act: number
  title: string
  command: string
  exit_code: number
  rollout: string
  rollout_kind: 'deploy' | 'rollback'
  release: string
  state: RolloutPhase
  /** Hosts per state. */
  hosts: Record<string, number>
  /** In which order the hosts were touched, by their own journal. */
  order: string[]
  /** Hosts of the plan on which nothing was begun. */
  untouched: string[]
  failures: { signature: string; hosts: string[] }[]
  /** What each host was read back to run, over SSH, and what its application answers over HTTP. */
  read_back: { host: string; installed?: string | undefined; site: SiteAnswer }[]
}

const report = z.object({
  rollout: z.string(),
  kind: z.enum(['deploy', 'rollback']),
  release: z.string(),
  phase: z.enum(ROLLOUT_PHASES),
  hosts: z.record(z.string(), z.number()),
  untouched: z.object({ names: z.array(z.string()) }),
  failures: z.array(z.object({ signature: z.string(), hosts: z.object({ names: z.array(z.string()) }) })),
})

const hostReports = z.array(
  z.object({ name: z.string(), reading: z.object({ installed: z.string().optional() }).optional() }),
)

export async function play(
  world: World,
  act: Act,
  options: { show: boolean; signal: AbortSignal },
): Promise<ActReport> {
  const { folder, journal } = world
  const before = touched(journal).length
  const json = options.show ? [] : ['--json']
  const ran = await runHouston({ args: [...act.args, '--yes', ...json], folder, ...options })
  const ask = async (...args: string[]) =>
    JSON.parse((await runHouston({ args: [...args, '--json'], folder, show: false, signal: options.signal })).stdout)
  const status = report.parse(await ask('status', 'demo'))
  if (!hasEnded(status.phase) && status.phase !== 'halted')
    throw new Error(`act ${act.number} ended in phase ${status.phase}`)
  const readings = hostReports.parse((await ask('hosts', 'demo', '--probe')).hosts)
  const sites = await askSites(world.fleet.hosts)
  const { planned: _, ...hosts } = status.hosts
  return {
    act: act.number,
    title: act.title,
    command: `houston ${act.args.join(' ')}`,
    exit_code: ran.exitCode,
    ...{ rollout: status.rollout, rollout_kind: status.kind, release: status.release, state: status.phase, hosts },
    order: touched(journal).slice(before),
    untouched: status.untouched.names,
    failures: status.failures.map(({ signature, hosts: { names } }) => ({ signature, hosts: names })),
    read_back: world.fleet.hosts.map(({ name }) => ({
      host: name,
      installed: readings.find((each) => each.name === name)?.reading?.installed,
      site: sites.get(name) ?? { kind: 'silent' },
    })),
  }
}

/** The hosts in the order in which they began a recipe. */
function touched(journal: string): string[] {
  if (!existsSync(journal)) return []
  const lines = readFileSync(journal, 'utf8').trimEnd().split('\n')
  return lines.map((line) => line.split(' ')[0] ?? '')
}
