// Counts what a remote reports: hosts at work, how runs end, how long each step took. It knows no host by name, and passes
// everything on as it came.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Step } from '../../../core/recipe.ts'
import type { HostReport, Remote } from '../../../engine/ports.ts'

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600]

/** A host's run as it is seen from here. */
type Run = { step?: Step; since: number }
type Runs = Map<number, Run>

/** The same remote, counted. */
export function createRemoteMeter(register: Registry, now = () => performance.now()): (remote: Remote) => Remote {
  const meters = remoteMeters(register)
  return (remote) => ({
    probe: (hosts, directory) => remote.probe(hosts, directory),
    close: () => remote.close(),
    open(work, listen) {
      const runs: Runs = new Map()
      const session = remote.open(work, (reports) => {
        for (const report of reports) note(meters, runs, { report, at: now() })
        listen(reports)
      })
      return {
        run(claims) {
          for (const { host } of claims) {
            if (!runs.has(host)) meters.claimed.inc()
            runs.set(host, { since: now() })
          }
          session.run(claims)
        },
        withdraw: () => session.withdraw(),
        detach() {
          meters.claimed.dec(runs.size)
          runs.clear()
          session.detach()
        },
      }
    },
  })
}

function remoteMeters(register: Registry) {
  const registers = [register]
  return {
    claimed: new Gauge({
      name: 'houston_hosts_claimed',
      help: 'Hosts whose work this process has in hand, those waiting for a session included.',
      registers,
    }),
    runs: new Counter({
      name: 'houston_host_runs_total',
      help: 'Runs on hosts by how they ended; withdrawn ones were never begun.',
      labelNames: ['outcome'],
      registers,
    }),
    steps: new Histogram({
      name: 'houston_step_duration_seconds',
      help: 'A step of the recipe on one host, from its beginning to the next step or the end.',
      labelNames: ['step', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
  }
}

type Meters = ReturnType<typeof remoteMeters>

function note(meters: Meters, runs: Runs, { report, at }: { report: HostReport; at: number }): void {
  const run = runs.get(report.host)
  if (!run) return
  const seconds = (at - run.since) / 1_000
  if (report.kind === 'host-step') {
    if (run.step) meters.steps.observe({ step: run.step, outcome: 'done' }, seconds)
    runs.set(report.host, { step: report.step, since: at })
    return
  }
  runs.delete(report.host)
  meters.claimed.dec()
  const outcome = report.kind.slice('host-'.length)
  meters.runs.inc({ outcome })
  if (run.step && (outcome === 'succeeded' || outcome === 'failed'))
    meters.steps.observe({ step: run.step, outcome: outcome === 'failed' ? 'failed' : 'done' }, seconds)
}
