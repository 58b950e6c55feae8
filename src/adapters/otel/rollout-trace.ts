// One rollout while it goes on: turns what was committed into spans of its stages, pauses and hosts, and at last of itself. It holds
// no span open, only when the stage began and which hosts are out of sight.

import type { HostState, RolloutPhase } from '../../core/rollout.ts'
import type { Commit, RolloutRecord } from '../../engine/ports.ts'
import { hostOf, rootOf, stageOf, type Tell, type Told, traceOf } from './span.ts'
import { type Chapter, cutStory, type Entry, goOn, type Halt, readStory, type Story } from './story.ts'

type Outcome = Extract<HostState['phase'], 'succeeded' | 'failed' | 'unreachable' | 'unknown'>

export class RolloutTrace {
  readonly place: string
  readonly #tell: Tell
  readonly #record: RolloutRecord
  readonly #trace: string
  readonly #stages: readonly string[]
  /** Hosts that were told as unknown, by index: the time since. */
  readonly #unseen: Map<number, number>
  readonly #hosts: readonly HostState[]
  #story: Story | undefined
  #early: Commit[] = []

  /** `record` and `hosts` as they were when the rollout was taken over. */
  constructor(tell: Tell, record: RolloutRecord, hosts: readonly HostState[]) {
    this.#tell = tell
    this.#record = record
    this.#hosts = hosts
    this.#trace = traceOf(record.id)
    this.place = `${record.application}/${record.environment}`
    this.#stages = stagesOf(record)
    this.#unseen = new Map(
      hosts.flatMap(({ phase, finishedAt = 0 }, index) => (phase === 'unknown' ? [[index, finishedAt]] : [])),
    )
  }

  /** Only requested: its trail says nothing that the record does not. */
  get isFresh(): boolean {
    return this.#record.trail.seq <= 1
  }

  /** Its trail until now; what was committed meanwhile follows. */
  goOnFrom(trail: readonly Entry[]): void {
    this.#story = readStory(this.#record, trail)
    for (const commit of this.#early.splice(0)) this.take(commit)
  }

  take(commit: Commit): void {
    if (!this.#story) {
      this.#early.push(commit)
      return
    }
    for (const { index, state } of commit.hosts) this.#takeHost(index, state)
    const chapters = goOn(this.#story, commit.trail, commit.cursor.phase)
    for (const chapter of chapters) this.#tellChapter(chapter, commit.cursor.phase)
  }

  /** Another took its place: hosts at work are out of sight for good. */
  supersede(at: number): void {
    this.#hosts.forEach((state, index) => {
      if (state.phase === 'running') this.#takeHost(index, { ...state, phase: 'unknown', finishedAt: at })
    })
    if (!this.#story) return
    for (const chapter of cutStory(this.#story, at)) this.#tellChapter(chapter, 'superseded')
  }

  #takeHost(index: number, state: HostState): void {
    const { phase, startedAt, finishedAt } = state
    if (!isOutcome(phase) || startedAt === undefined || finishedAt === undefined) return
    const unseen = this.#unseen.get(index)
    if (phase === 'unknown') this.#unseen.set(index, finishedAt)
    else this.#unseen.delete(index)
    // One attempt has one span: what came to light later is told beside it.
    const [from, name] = unseen === undefined ? [startedAt, 'host'] : [unseen, 'host seen again']
    this.#tellHost(index, { ...state, phase }, { from, to: finishedAt, name })
  }

  #tellHost(index: number, state: HostState & { phase: Outcome }, span: Pick<Told, 'from' | 'to' | 'name'>): void {
    const { plan, id } = this.#record
    const planned = plan.hosts[index]
    if (!planned) return
    const { attempt, phase, step, signature } = state
    const { name } = planned.host
    const stage = this.#stages[index] ?? ''
    this.#tell({
      ...span,
      trace: this.#trace,
      ...(span.name === 'host' && { id: hostOf(id, name, attempt) }),
      parent: stageOf(id, stage),
      attributes: {
        'houston.host': name,
        'server.address': planned.host.address,
        'server.port': planned.host.port,
        'houston.zone': plan.zones[planned.zone]?.name,
        'houston.stage': stage,
        'deployment.id': id,
        'houston.attempt': attempt,
        'houston.outcome': phase,
        ...(phase !== 'succeeded' && { 'error.type': phase, 'houston.signature': signature }),
        ...(phase === 'failed' && { 'houston.step': step }),
      },
      ...(phase !== 'succeeded' && { fault: signature ?? phase }),
    })
  }

  #tellChapter(chapter: Chapter, phase: RolloutPhase): void {
    const { from, to, kind } = chapter
    const { id } = this.#record
    const span = { trace: this.#trace, from, to }
    if (kind === 'stage') {
      const attributes = { 'houston.stage': chapter.name }
      this.#tell({
        ...span,
        name: `stage ${chapter.name}`,
        id: stageOf(id, chapter.name),
        parent: rootOf(id),
        attributes,
      })
    } else if (kind === 'pause')
      this.#tell({ ...span, name: chapter.name, parent: rootOf(id), attributes: haltAttributes(chapter.halt) })
    else {
      const attributes = { ...rolloutAttributes(this.#record, phase), ...haltAttributes(chapter.halt) }
      const below = kind === 'rollout' ? { id: rootOf(id) } : { parent: rootOf(id) }
      const name = `${kind === 'rollout' ? this.#record.kind : 'retry'} ${this.place}`
      const fault = phase === 'failed' || phase === 'aborted' ? { fault: phase } : {}
      this.#tell({ ...span, ...below, name, attributes, ...fault })
    }
  }
}

function rolloutAttributes(record: RolloutRecord, phase: RolloutPhase): Told['attributes'] {
  const { id, kind, application, environment, releaseId, plan, requestedBy, intent } = record
  return {
    'deployment.id': id,
    'deployment.environment.name': environment,
    ...((phase === 'succeeded' || phase === 'failed') && { 'deployment.status': phase }),
    'houston.application': application,
    'houston.kind': kind,
    'houston.release': releaseId,
    'vcs.ref.head.revision': plan.work.release.commit,
    'houston.hosts': plan.hosts.length,
    'houston.outcome': phase,
    'houston.intent': intent,
    // Never the name.
    'user.id': `${requestedBy.via}:${requestedBy.id}`,
  }
}

function haltAttributes(halt: Halt | undefined): Told['attributes'] {
  return { 'houston.halt.reason': halt?.kind, 'houston.halt.where': halt?.zone ?? halt?.stage }
}

function isOutcome(phase: HostState['phase']): phase is Outcome {
  return phase === 'succeeded' || phase === 'failed' || phase === 'unreachable' || phase === 'unknown'
}

/** By host: the name of its stage. */
function stagesOf({ plan }: RolloutRecord): string[] {
  const names: string[] = []
  for (const { name, queues } of plan.stages)
    for (const { hosts } of queues) for (const host of hosts) names[host] = name
  return names
}
