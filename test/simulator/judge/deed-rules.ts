// Rules for what happens on hosts, judged by the hosts' own journal: nothing without a commit, nothing twice, nothing at an
// old word, nothing after a halt (THREATS.md, invariants 2, 5, 6 and 7).

import type { Claim, RolloutWork } from '../../../src/engine/ports.ts'
import type { Deed } from '../../support/fake-host.ts'
import type { FakeRemote } from '../../support/fake-remote.ts'
import type { Known } from './known.ts'
import { must } from './violation.ts'

/** A commit's answer and the call that follows it are on their way so long. */
const GRACE_MS = 200

/** A process is about to run hosts. */
export function judgeClaims(known: Known | undefined, { epoch }: RolloutWork, claims: readonly Claim[]): void {
  for (const { host, attempt } of claims) {
    const facts = { rollout: known?.id, host, attempt, is: known?.hosts[host] }
    const since = known?.claimed.get(`${host}/${attempt}`)
    const committed = known !== undefined && since !== undefined && since <= epoch
    must(committed, '7 commit first', 'a run that it did not commit and did not find', facts)
    if (epoch !== known.epoch) continue
    const is = known.hosts[host]
    const open = is?.phase === 'running' || is?.phase === 'unknown'
    // Claimed and told to have ended in one commit: whoever runs it again attaches to its end.
    must(
      (open || known.justMoved.has(host)) && is?.attempt === attempt,
      '6 finished',
      'a run for a host that is not open',
      facts,
    )
  }
}

export type Begun = { runs: Set<string>; fences: Map<string, number> }

export function judgeDeed(deed: Deed, known: Known | undefined, books: Begun): void {
  if (deed.what === 'refused' || deed.what === 'stopped') return
  const fence = books.fences.get(deed.host) ?? 0
  must(deed.epoch >= fence, '7 epoch', 'a host heeded an older epoch', { deed, fence })
  books.fences.set(deed.host, deed.epoch)
  if (deed.what !== 'began') return
  const name = `${deed.run} ${deed.host}`
  must(!books.runs.has(name), '6 once', 'an attempt began twice', deed)
  books.runs.add(name)
  must(known !== undefined, '7 commit first', 'a run of a rollout that nobody wrote', deed)
  beginIsKnown(deed, known)
}

export function oneAtATime({ host, what }: Deed, remote: FakeRemote): void {
  const live = [...remote.host(host).runs.values()].filter((run) => run.live).map(({ key }) => key)
  must(what !== 'began' || live.length === 1, '2 one install', 'two at once on a host', { host, live })
}

function beginIsKnown(deed: Deed, known: Known): void {
  const index = known.indexOf.get(deed.host) ?? -1
  const attempt = Number(deed.run.slice(deed.run.lastIndexOf('/') + 1))
  const is = known.hosts[index]
  const facts = { deed, is, phase: known.cursor.phase }
  must(known.claimed.has(`${index}/${attempt}`), '7 commit first', 'begun before it was committed', facts)
  const open = is?.phase === 'running' || is?.phase === 'unknown' || is?.phase === 'skipped'
  must(open && is.attempt === attempt, '6 finished', 'begun, and nobody counts it', facts)
}

/** The driver that wrote the halt takes its claims back at once: no connection made later begins anything. */
export function nothingAfterHalt(deed: Deed, known: Known, stillSince: number): void {
  const { heldSince, epoch } = known
  if (deed.what !== 'began' || heldSince === undefined || epoch !== deed.epoch || stillSince > heldSince) return
  must(deed.since <= heldSince + GRACE_MS, '5 halt', 'a host began after the halt', { deed, heldSince })
}
