// A rollout's claims on their way to hosts: queued until one of the sessions is free, reported in batches, taken back when asked.

import type { Claim, HostReport, RemoteSession, RolloutWork } from '../../engine/ports.ts'
import type { HostJob, Tools } from './attempt.ts'
import type { Redactor } from './redact.ts'
import { runHost } from './run-host.ts'
import type { Slots } from './slots.ts'
import type { Vigil } from './vigil.ts'

export type SessionTools = Tools & { redactor: Redactor; slots: Slots; vigil: Vigil }

export function createSession(
  tools: SessionTools,
  work: RolloutWork,
  listen: (reports: readonly HostReport[]) => void,
): RemoteSession {
  const leave = new AbortController()
  const environment = `${work.work.application}/${work.work.environment}`
  let reports: HostReport[] = []
  const open = new Set<{ withdrawn: boolean; withdraw(): void }>()

  function tell(report: HostReport) {
    if (leave.signal.aborted) return
    if (reports.length === 0) setImmediate(flush)
    reports.push(report)
  }
  function flush() {
    const batch = reports
    reports = []
    if (!leave.signal.aborted && batch.length > 0) listen(batch)
  }

  function begin(claim: Claim) {
    const target = work.hosts[claim.host]
    if (!target) throw new RangeError(`no host ${claim.host} in rollout ${work.rollout}`)
    const base = { host: claim.host, attempt: claim.attempt }
    let over = false
    const entry = { withdrawn: false, withdraw: () => {} }
    const job: HostJob = {
      ...{ work, claim, host: target.host, zone: target.zone },
      withdrawn: () => {
        tools.vigil.look()
        return entry.withdrawn || leave.signal.aborted
      },
      onStep: (step) => tell({ ...base, kind: 'host-step', step }),
      onSent: () => open.delete(entry),
      signal: leave.signal,
    }
    function end(report: HostReport) {
      if (over) return
      over = true
      open.delete(entry)
      tell(report)
    }
    // Told at once; a dial that is under way ends by itself and finds that there is nothing to do.
    entry.withdraw = () => {
      entry.withdrawn = true
      end({ ...base, kind: 'host-withdrawn', absent: false })
    }
    open.add(entry)
    tools.slots(environment, async () => {
      if (job.withdrawn()) return
      end(await runHost(tools, job))
    })
  }

  return {
    run: (claims) => claims.forEach(begin),
    withdraw: () => {
      for (const entry of [...open]) entry.withdraw()
    },
    detach: () => {
      leave.abort()
      reports = []
    },
  }
}
