// Judges every event of a simulated rollout by THREATS.md's invariants. It scans the whole state each time and keeps books
// of its own, so that it shares no counter and no shortcut with what it judges.

import type { Plan, Rank } from '../../src/core/plan.ts'
import { type HostState, hasEnded, type RolloutCursor } from '../../src/core/rollout.ts'
import type { Tally } from '../../src/core/tally.ts'
import type { Turn, World } from './rollout-world.ts'

/** Hosts whose failure a person has set aside with `resume`. */
export type Books = { forgiven: Set<number> }

export function openBooks(): Books {
  return { forgiven: new Set() }
}

/** Throws with what was broken. */
export function judge(books: Books, world: World, turn: Turn): void {
  keepBooks(books, world, turn)
  countersEqualAScan(world)
  claimsAreAllowed(world, turn)
  claimsAreInOrder(world, turn)
  haltTakesClaimsBack(world, turn)
  failuresAreSpent(books, world, turn)
  finishedStaysFinished(world, turn)
  runsAreKnown(world)
  successIsRead(world)
}

function must(condition: boolean, words: string, facts: unknown): asserts condition {
  if (!condition) throw new Error(`${words}: ${JSON.stringify(facts)}`)
}

/** Invariant 5: with the halt, every claim that has not begun is asked back. */
function haltTakesClaimsBack({ state }: World, { before, effects }: Turn): void {
  const entered = state.cursor.phase === 'halting' && before.cursor.phase !== 'halting'
  const asked = effects.some((effect) => effect.kind === 'withdraw')
  must(!entered || asked, '5: a halt that takes no claim back', { before: before.cursor, effects })
}

type HostLike = Pick<HostState, 'phase' | 'attempt'>

function isUnwell({ phase }: HostLike): boolean {
  return ['failed', 'unreachable', 'unknown'].includes(phase)
}

/** Out of service, or possibly so. */
function isOut(host: HostLike, down: boolean): boolean {
  if (host.phase === 'succeeded' || host.phase === 'skipped') return false
  if (host.phase === 'queued') return down || host.attempt > 1
  return true
}

function stageOf(plan: Plan, host: number): number {
  return plan.stages.findIndex((stage) => stage.queues.some((queue) => queue.hosts.includes(host)))
}

function spends(plan: Plan, host: number): boolean {
  return plan.stages[stageOf(plan, host)]?.spends !== false
}

/** The same numbers as `Tally`, the slow way. */
export function scan(plan: Plan, hosts: readonly HostState[]): Tally {
  const all = plan.hosts.map((planned, index) => {
    const host = hosts[index]
    if (!host) throw new Error(`host ${index} is missing`)
    return { index, host, zone: planned.zone, down: planned.down }
  })
  const unwell = all.filter(({ host }) => isUnwell(host))
  const spending = unwell.filter(({ index }) => spends(plan, index))
  return {
    running: all.filter(({ host }) => host.phase === 'running').length,
    unwell: unwell.length,
    failed: spending.length,
    zones: plan.zones.map((zone, z) => {
      const mine = all.filter((each) => each.zone === z)
      const unplannedDown = zone.alreadyDown - mine.filter((each) => each.down).length
      return {
        running: mine.filter(({ host }) => host.phase === 'running').length,
        settled: mine.filter(({ host }) => !['queued', 'running'].includes(host.phase)).length,
        failed: spending.filter((each) => each.zone === z).length,
        down: unplannedDown + mine.filter(({ host, down }) => isOut(host, down)).length,
      }
    }),
    stages: plan.stages.map((_, s) => {
      const mine = all.filter(({ index }) => stageOf(plan, index) === s)
      return {
        settled: mine.filter(({ host }) => !['queued', 'running'].includes(host.phase)).length,
        failed: mine.filter(({ host }) => isUnwell(host)).length,
      }
    }),
  }
}

function countersEqualAScan({ state, plan }: World): void {
  const expected = scan(plan, state.hosts)
  const same = JSON.stringify(state.tally) === JSON.stringify(expected)
  must(same, 'the counters are not what a scan counts', { counters: state.tally, scan: expected })
}

function claimsOf(turn: Turn) {
  return turn.effects.filter((effect) => effect.kind === 'run-host')
}

/** Invariants 3, 5 and 6, of each host that is to be run now. */
function claimsAreAllowed({ state, plan }: World, turn: Turn): void {
  const taken = turn.event.kind === 'taken-over'
  const after = scan(plan, state.hosts)
  for (const { host, attempt, mayBegin } of claimsOf(turn)) {
    const was = turn.before.hosts[host]
    const is = state.hosts[host]
    must(is?.phase === 'running' && is.attempt === attempt, 'a run that the state does not know', { host, attempt, is })
    must(was !== undefined && isClaimable(was, taken, attempt), '6: run again', { host, attempt, was })
    const { phase } = state.cursor
    must(phase === 'running' || (taken && !mayBegin), '5: a claim after a halt', { host, phase })
    const zone = plan.hosts[host]?.zone ?? 0
    const wasOut = isOut(was, plan.hosts[host]?.down ?? false)
    const out = after.zones[zone]?.down ?? 0
    const budget = plan.zones[zone]?.maxUnavailable ?? 0
    must(wasOut || out <= budget, '3: out of service beyond the budget', { host, zone, out, budget })
  }
  if (claimsOf(turn).length > 0 || !taken) batchIsKept({ state, plan }, turn)
}

function isClaimable(was: HostState, taken: boolean, attempt: number): boolean {
  if (taken) return was.phase === 'running' && was.attempt === attempt
  if (was.phase === 'unknown' || was.phase === 'running') return was.attempt === attempt
  if (was.phase === 'queued') return was.attempt === attempt
  return (was.phase === 'failed' || was.phase === 'unreachable') && was.attempt + 1 === attempt
}

/** New claims stay inside the batch that the settled hosts have come to. */
function batchIsKept({ state, plan }: Pick<World, 'state' | 'plan'>, turn: Turn): void {
  const fresh = claimsOf(turn).filter(({ host }) => turn.before.hosts[host]?.phase !== 'unknown')
  const stage = plan.stages[state.cursor.stage]
  if (turn.event.kind === 'taken-over' || fresh.length === 0 || !stage) return
  const { running, stages } = scan(plan, state.hosts)
  const settled = stages[state.cursor.stage]?.settled ?? 0
  const sizes = [...stage.batches]
  let end = 0
  let size = 0
  while (end <= settled) {
    size = sizes.length > 1 ? (sizes.shift() ?? 1) : (sizes[0] ?? 1)
    end += size
  }
  const room = stage.barrier ? end - settled : size
  must(running <= room, 'more in flight than the batch', { running, settled, room, batches: stage.batches })
}

const URGENCY: Readonly<Record<Rank, number>> = { failed: 0, unknown: 1, older: 2, current: 2 }

/** Invariant 9, and zones in balance: at each claim nobody more urgent, and no idler zone, was passed over. */
function claimsAreInOrder({ state, plan }: World, turn: Turn): void {
  if (turn.event.kind === 'taken-over') return
  const hosts = afterEventBeforeClaims(state.hosts, turn)
  for (const { host } of claimsOf(turn).filter((claim) => hosts[claim.host]?.phase === 'queued')) {
    const rivals = claimables(plan, hosts, state.cursor)
    const me = rivals.find((rival) => rival.host === host)
    must(me !== undefined, 'claimed, but not in turn', { host, rivals })
    const urgent = rivals.filter((rival) => rival.urgency < me.urgency)
    must(urgent.length === 0, '9: more urgent hosts were passed over', { me, urgent })
    const equal = rivals.filter((rival) => rival.urgency === me.urgency)
    const idler = equal.filter((rival) => rival.running * 1_000 + rival.settled < me.running * 1_000 + me.settled)
    must(idler.length === 0, 'a zone that lags behind was passed over', { me, idler })
    hosts[host] = { phase: 'running', attempt: me.attempt }
  }
}

/** As it was when the first host was claimed: claimed ones still queued. */
function afterEventBeforeClaims(after: readonly HostState[], turn: Turn): HostLike[] {
  const hosts = after.map(({ phase, attempt }): HostLike => ({ phase, attempt }))
  for (const { host, attempt } of claimsOf(turn))
    if (turn.before.hosts[host]?.phase !== 'unknown') hosts[host] = { phase: 'queued', attempt }
  return hosts
}

function claimables(plan: Plan, hosts: readonly HostLike[], cursor: RolloutCursor) {
  const outs = plan.zones.map(({ alreadyDown }, z) => {
    const mine = plan.hosts
      .map((planned, i) => ({ planned, host: hosts[i] }))
      .filter(({ planned }) => planned.zone === z)
    const planned = mine.filter(({ planned }) => planned.down).length
    return alreadyDown - planned + mine.filter(({ planned, host }) => host && isOut(host, planned.down)).length
  })
  return plan.hosts.flatMap(({ zone, rank, down }, index) => {
    const host = hosts[index]
    if (host?.phase !== 'queued' || stageOf(plan, index) > cursor.stage) return []
    if (!isOut(host, down) && (outs[zone] ?? 0) >= (plan.zones[zone]?.maxUnavailable ?? 0)) return []
    const zoneMates = hosts.filter((_, i) => plan.hosts[i]?.zone === zone)
    const running = zoneMates.filter(({ phase }) => phase === 'running').length
    const settled = zoneMates.filter(({ phase }) => phase !== 'running' && phase !== 'queued').length
    return [
      { host: index, zone, running, settled, attempt: host.attempt, urgency: host.attempt > 1 ? 0 : URGENCY[rank] },
    ]
  })
}

function keepBooks(books: Books, { state }: World, { event, before, effects }: Turn): void {
  const accepted = effects.some((effect) => effect.kind === 'answer' && effect.answer.kind === 'accepted')
  if (event.kind === 'asked' && accepted && event.ask.kind === 'resume')
    books.forgiven = new Set(before.hosts.flatMap((host, index) => (isUnwell(host) ? [index] : [])))
  if (event.kind === 'asked' && accepted && event.ask.kind === 'retry') books.forgiven.clear()
  state.hosts.forEach((host, index) => {
    if (!isUnwell(host)) books.forgiven.delete(index)
  })
}

/** Invariant 4: every kind of failure spends; it halts at exactly one more than the budget, and never goes on beyond it. */
function failuresAreSpent(books: Books, { state, plan }: World, turn: Turn): void {
  const spent = spentOf(books, plan, state.hosts, state.cursor.stage)
  const { phase, halt } = state.cursor
  const broken = spent.filter(({ failed, budget }) => budget !== undefined && failed > budget)
  const goesOn = phase === 'running' || phase === 'baking' || phase === 'waiting'
  must(!goesOn || broken.length === 0, '4: goes on beyond a failure budget', { phase, broken, spent })
  if (!halt || halt.kind === 'asked' || halt.kind === 'no-room' || turn.before.cursor.halt) return
  const name = halt.kind === 'zone-budget' ? halt.zone : halt.kind === 'stage-budget' ? halt.stage : ''
  const mine = spent.find((each) => each.kind === halt.kind && each.name === name)
  const { failed, budget, of } = halt
  must(mine !== undefined, '4: halted by a budget that there is not', { halt })
  must(failed === budget + 1, '4: not halted at the first failure beyond the budget', { halt })
  must(mine.failed === failed && mine.budget === budget && mine.of === of, '4: wrong arithmetic', { halt, mine })
}

type Spent = { kind: string; name: string; failed: number; budget: number | undefined; of: number }

function spentOf(books: Books, plan: Plan, hosts: readonly HostState[], stage: number): Spent[] {
  const fresh = hosts.flatMap((host, index) => (isUnwell(host) && !books.forgiven.has(index) ? [index] : []))
  const spending = fresh.filter((index) => spends(plan, index))
  const current = plan.stages[stage]
  const here = fresh.filter((index) => stageOf(plan, index) === stage).length
  return [
    { kind: 'fleet-budget', name: '', failed: spending.length, budget: plan.fleet.maxFailures, of: plan.hosts.length },
    {
      kind: 'stage-budget',
      name: current?.name ?? '',
      failed: here,
      budget: current?.maxFailures,
      of: current?.hosts ?? 0,
    },
    ...plan.zones.map(({ name, maxFailures }, z) => ({
      kind: 'zone-budget',
      name,
      failed: spending.filter((index) => plan.hosts[index]?.zone === z).length,
      budget: maxFailures,
      of: plan.hosts.filter((planned) => planned.zone === z).length,
    })),
  ]
}

/** Invariant 6: a finished host stays as it is, and so does a finished rollout, but for a retry of a failed one. */
function finishedStaysFinished({ state }: World, { before }: Turn): void {
  before.hosts.forEach((was, index) => {
    const is = state.hosts[index]
    const final = was.phase === 'succeeded' || was.phase === 'skipped'
    must(!final || is?.phase === was.phase, '6: a finished host moved', { index, was, is })
    must((is?.attempt ?? 0) >= was.attempt, '6: an attempt went back', { index, was, is })
  })
  const was = before.cursor.phase
  const is = state.cursor.phase
  must(!hasEnded(was) || was === 'failed' || is === was, 'an ended rollout moved', { was, is })
}

/** What has begun and not ended on a host is known to be out of service: running or unknown, unless a person took it out. */
function runsAreKnown({ state, runs }: World): void {
  for (const [index, mine] of runs) {
    const host = state.hosts[index]
    const open = mine.find((run) => run.live)
    const known = host && ['running', 'unknown', 'skipped'].includes(host.phase)
    must(!open || known === true, '3: a run that nobody counts', { index, host, open })
    must(!open || host?.attempt === open.attempt, '6: a run under an attempt still open', { index, host, open })
  }
}

/** Invariant 8, against what the hosts themselves know. */
function successIsRead({ state, plan, runs }: World): void {
  const release = plan.work.release.id
  state.hosts.forEach((host, index) => {
    if (host.phase !== 'succeeded') return
    const run = runs.get(index)?.find((each) => each.attempt === host.attempt)
    const read = run?.result?.kind === 'host-succeeded' && run.result.installed === release
    must(read && host.installed === release, '8: success that no host has', { index, host, run })
  })
  const left = state.hosts.filter(({ phase }) => phase !== 'succeeded' && phase !== 'skipped')
  must(state.cursor.phase !== 'succeeded' || left.length === 0, '8: succeeded, but not everywhere', { left })
  const open = state.hosts.filter(({ phase }) => phase === 'running').length
  must(!hasEnded(state.cursor.phase) || open === 0, 'ended with hosts in flight', { open })
}
