// Rules for what a commit does to hosts: every change has its reason in the same commit's trail, what is finished stays
// finished, and success is what the host itself was read back at (THREATS.md, invariants 6 and 8).

import type { HostState } from '../../../src/core/rollout.ts'
import type { FakeRemote } from '../../support/fake-remote.ts'
import { isOver, type Step } from './known.ts'
import { must } from './violation.ts'

export function judgeHosts(step: Step, remote: FakeRemote): void {
  for (const { index, state } of step.commit.hosts) {
    const was = step.before.hosts[index]
    if (!was) continue
    const changed = was.phase !== state.phase || was.attempt !== state.attempt
    if (changed) changeIsAllowed(step, index, was, state)
    if (state.phase === 'succeeded' && changed) successWasRead(step, index, remote)
  }
  if (isOver(step.after.cursor) && !isOver(step.before.cursor)) endIsClean(step)
}

function changeIsAllowed(step: Step, index: number, was: HostState, is: HostState): void {
  const { known, before, granted } = step
  const host = known.plan.hosts[index]?.host.name
  const facts = { host, was, is }
  const reopened = granted.has('retry') && before.cursor.phase === 'failed'
  must(!isOver(before.cursor) || reopened, '6 late', 'a host of an ended rollout moved', facts)
  must(was.phase !== 'succeeded' && was.phase !== 'skipped', '6 finished', 'a finished host moved', facts)
  if (is.attempt !== was.attempt) {
    must(
      is.attempt === was.attempt + 1 && granted.has('retry'),
      '6 attempt',
      'a new attempt that nobody asked for',
      facts,
    )
    must(was.phase === 'failed' || was.phase === 'unreachable', '6 attempt', 'a new attempt while one is open', facts)
    return
  }
  if (is.phase === 'skipped') must(granted.has('skip'), '6 skip', 'skipped, and nobody asked', facts)
  else if (is.phase === 'running')
    must(was.phase === 'queued' || granted.has('retry'), '6 claim', 'claimed again', facts)
  else reportIsThere(step, index, was, is)
}

const REPORTS: Readonly<Record<string, readonly string[]>> = {
  succeeded: ['host-succeeded'],
  failed: ['host-failed', 'host-succeeded'],
  unreachable: ['host-unreachable'],
  unknown: ['host-unknown', 'host-unreachable', 'host-withdrawn'],
  queued: ['host-withdrawn'],
}

function reportIsThere({ known, commit, granted }: Step, index: number, was: HostState, is: HostState): void {
  const host = known.plan.hosts[index]?.host.name
  const open = was.phase === 'running' || was.phase === 'unknown'
  const retried = granted.has('retry') && (was.phase === 'failed' || was.phase === 'unreachable')
  must(open || retried, '6 finished', 'it was not open, and moved', { host, was, is })
  const end = commit.trail.findIndex(({ kind }) => kind === 'finished')
  const heard = end < 0 ? commit.trail : commit.trail.slice(0, end)
  const reports = heard.filter(({ kind, body }) => REPORTS[is.phase]?.includes(kind) && says(body, host, is.attempt))
  must(reports.length > 0, '6 stale', 'no report of this attempt says so', { host, was, is })
}

function says(body: unknown, host: string | undefined, attempt: number): boolean {
  if (typeof body !== 'object' || body === null || !('host' in body) || !('attempt' in body)) return false
  return body.host === host && body.attempt === attempt
}

/** From the host's own records. */
function successWasRead({ known, after }: Step, index: number, remote: FakeRemote): void {
  const host = known.plan.hosts[index]?.host.name ?? ''
  const attempt = after.hosts[index]?.attempt
  const result = remote.host(host).runs.get(`${known.id}/${attempt}`)?.result
  const target = known.plan.work.release.id
  const read = result?.kind === 'host-succeeded' && result.installed === target
  must(read, '8 success', 'success that the host does not know', { host, attempt, result, target })
}

function endIsClean({ known, after }: Step): void {
  const { phase } = after.cursor
  const open = after.hosts.filter((host) => host.phase === 'running').length
  must(open === 0, '8 success', 'ended with hosts in flight', { phase, open })
  if (phase !== 'succeeded') return
  const left = after.hosts.flatMap((host, index) =>
    host.phase === 'succeeded' || host.phase === 'skipped' ? [] : [known.plan.hosts[index]?.host.name, host.phase],
  )
  must(left.length === 0, '8 success', 'succeeded, but not everywhere', left)
}
