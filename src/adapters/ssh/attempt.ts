// One connection and one exec for one host: begins its run or attaches to it. What an outcome means is decided in `run-host.ts`.

import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { ClientChannel } from 'ssh2'
import type { Host } from '../../core/fleet.ts'
import { STEPS, type Step } from '../../core/recipe.ts'
import type { Claim, RolloutWork } from '../../engine/ports.ts'
import type { ArtefactFile, ArtefactSource } from './artefact.ts'
import type { Connect, Connection } from './connect.ts'
import { type Ended, exchange } from './exchange.ts'
import { beginScript } from './host-script.ts'
import type { Marker, Result } from './marker.ts'
import type { FullSettings } from './settings.ts'
import { type RemoteCheck, validate } from './validate.ts'

export type HostJob = {
  work: RolloutWork
  claim: Claim
  host: Host
  zone: string
  withdrawn(): boolean
  onStep(step: Step): void
  /** From here on the claim may have begun and is not given back. */
  onSent(): void
  /** Aborted when nobody listens any more: connections close, recipes go on. */
  signal: AbortSignal
}

/** What is shared by all hosts. */
export type Tools = { settings: FullSettings; connect: Connect; artefacts: ArtefactSource }

/** What is known about the host's run so far, over all attempts to see it. */
export type Sight = {
  sent: boolean
  step: number
  sentAt: number
  /** Its server's shells lead no process group: setsid(1) must make one, or cannot. */
  ungrouped?: 'once' | 'always'
  /** A run of this claim was there, begun by us or by another. */
  found?: true
  result?: Result
  /** The recipe's own word, for when its host could not keep it. */
  ran?: Result
  reason?: string
}

/** A host counts its recipe's age in whole seconds, from a moment after it was begun. */
const OVERDUE_MS = 1_500

/**
 * Runs the exchange on a connection that is there; once more when the host's shell leads no process group, and when a daemon keeps
 * the output open or the recipe does not end.
 */
export async function attempt(
  tools: Tools,
  job: HostJob,
  seen: { sight: Sight; connection: Connection },
): Promise<Ended> {
  const artefact = await tools.artefacts(job.work.work.release.artefact)
  const grouped = !seen.sight.ungrouped
  let ended = await once(tools, job, { ...seen, artefact, held: false })
  if (grouped && seen.sight.ungrouped) ended = await once(tools, job, { ...seen, artefact, held: false })
  return ended.how === 'held' ? once(tools, job, { ...seen, artefact, held: true }) : ended
}

type Ground = { sight: Sight; connection: Connection; artefact: ArtefactFile | undefined; held: boolean }

async function once({ settings }: Tools, job: HostJob, ground: Ground): Promise<Ended> {
  const { sight, connection, artefact, held } = ground
  const nonce = randomBytes(12).toString('hex')
  const over = new AbortController()
  const { deadlines } = settings
  const place = { host: job.host.name, zone: job.zone, claim: job.claim, nonce, held }
  const ended = await exchange(connection.client, {
    nonce,
    command: sight.ungrouped ? 'exec setsid sh' : 'exec sh',
    script: beginScript(job.work, { ...place, artefactBytes: artefact?.bytes ?? 0 }),
    mayBegin: () => sight.sent || !job.withdrawn(),
    onSent: () => {
      if (!sight.sent) sight.sentAt = performance.now()
      sight.sent = true
      job.onSent()
    },
    onMarker: (marker, channel) => heed(marker, { ...ground, job, channel, nonce, signal: over.signal }),
    openMs: deadlines.openMs,
    totalMs: 2 * job.work.work.recipe.timeoutMs + deadlines.graceMs,
    overdueMs: job.work.work.recipe.timeoutMs + OVERDUE_MS,
    outputMs: deadlines.outputMs,
  })
  over.abort('over')
  return ended
}

type Talk = Ground & { job: HostJob; channel: ClientChannel; nonce: string; signal: AbortSignal }

function heed(marker: Marker, talk: Talk) {
  const { sight } = talk
  switch (marker.kind) {
    case 'step':
      return pass(marker.step, talk)
    case 'hello':
    case 'begun':
      sight.found = true
      return
    case 'ungrouped':
      sight.ungrouped = sight.ungrouped ? 'always' : 'once'
      return
    case 'need':
      return talk.artefact && send(talk.artefact, talk.channel)
    case 'verdict':
      return void answer(talk)
    case 'ran':
      if (marker.result) sight.ran = marker.result
      return
    case 'reason':
      sight.reason = marker.text
      return
    case 'result':
      sight.result = marker.result
      return
  }
}

/** Steps only go forward: an attach hears the earlier ones again. */
function pass(step: Step, { sight, job }: Talk) {
  const index = STEPS.indexOf(step)
  if (index <= sight.step) return
  sight.step = index
  job.onStep(step)
}

function send({ file }: ArtefactFile, channel: ClientChannel) {
  const stream = createReadStream(file, { highWaterMark: 256 * 1024 })
  stream.on('error', () => channel.close())
  channel.on('close', () => stream.destroy())
  stream.pipe(channel, { end: false })
}

/** The host waits, so that only one validation decides about a run, whoever asks. */
async function answer({ job, connection, channel, nonce, signal, sight }: Talk) {
  const { validate: validation, timeoutMs } = job.work.work.recipe
  if (!validation || validation.check.kind === 'command') return
  const { address } = validation.check
  const check: RemoteCheck = {
    ...validation.check,
    address: address === '{{address}}' ? job.host.address : address,
  }
  const trouble = await validate(connection.client, { ...validation, check }, signal)
  if (signal.aborted) return
  const left = Math.max(10, Math.ceil((timeoutMs - (performance.now() - sight.sentAt)) / 1_000))
  channel.write(trouble === undefined ? `${nonce} ok ${left}\n` : `${nonce} fail 0 ${check.kind} check: ${trouble}\n`)
}
