// Tells the steps on hosts, as the process that holds the connection sees them begin and end. It passes everything on as it came.

import type { Step } from '../../core/recipe.ts'
import type { HostReport, Remote, RolloutWork } from '../../engine/ports.ts'
import { hostOf, type Tell, traceOf } from './span.ts'

/** A run on a host. `heard`: with which reports it first came into sight. */
type Run = { attempt: number; heard?: readonly HostReport[]; step?: Step; since: number }

/** The same remote, traced. `now`: ms since 1970. */
export function traceRemote(tell: Tell, now: () => number): (remote: Remote) => Remote {
  return (remote) => ({
    probe: (hosts, directory) => remote.probe(hosts, directory),
    close: () => remote.close(),
    open(work, listen) {
      const steps = new Steps(tell, work)
      const session = remote.open(work, (reports) => {
        steps.hear(reports, now())
        listen(reports)
      })
      return {
        run(claims) {
          for (const { host, attempt } of claims) steps.claim(host, attempt)
          session.run(claims)
        },
        withdraw: () => session.withdraw(),
        detach() {
          steps.leave(now())
          session.detach()
        },
      }
    },
  })
}

/** The steps that are going on, of the hosts of one session. */
class Steps {
  readonly #tell: Tell
  readonly #work: RolloutWork
  readonly #trace: string
  readonly #runs = new Map<number, Run>()

  constructor(tell: Tell, work: RolloutWork) {
    this.#tell = tell
    this.#work = work
    this.#trace = traceOf(work.rollout)
  }

  claim(host: number, attempt: number): void {
    this.#runs.set(host, { attempt, since: 0 })
  }

  hear(reports: readonly HostReport[], at: number): void {
    for (const report of reports) {
      const run = this.#runs.get(report.host)
      if (!run || run.attempt !== report.attempt) continue
      // What was over when the run came into sight was seen by somebody else, or by nobody.
      if (run.heard !== reports) this.#end(report.host, run, { at, outcome: outcomeOf(report, run.step) })
      run.heard ??= reports
      if (report.kind === 'host-step') Object.assign(run, { step: report.step, since: at })
      else this.#runs.delete(report.host)
    }
  }

  /** What goes on is told as far as it was seen; whoever attaches next tells the rest. */
  leave(at: number): void {
    for (const [host, run] of this.#runs) this.#end(host, run, { at, outcome: 'left' })
    this.#runs.clear()
  }

  #end(index: number, { attempt, step, since }: Run, { at, outcome }: { at: number; outcome: string }): void {
    const target = this.#work.hosts[index]
    if (step === undefined || !target) return
    const { name } = target.host
    this.#tell({
      ...{ trace: this.#trace, parent: hostOf(this.#work.rollout, name, attempt), name: step, from: since, to: at },
      attributes: { 'houston.host': name, 'houston.zone': target.zone, 'houston.outcome': outcome },
      ...(outcome === 'failed' && { fault: `${step} failed` }),
    })
  }
}

function outcomeOf(report: HostReport, step: Step | undefined): string {
  if (report.kind === 'host-step' || report.kind === 'host-succeeded') return 'done'
  if (report.kind === 'host-failed') return report.step === step ? 'failed' : 'done'
  return 'unknown'
}
