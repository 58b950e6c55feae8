// Brings one host's claim to its end: dials, begins or attaches, looks again after a lost connection, and says what is certain.

import type { HostLog, HostReport } from '../../engine/ports.ts'
import { attempt, type HostJob, type Sight, type Tools } from './attempt.ts'
import { DialError } from './dial-error.ts'
import type { Ended } from './exchange.ts'
import type { Result } from './marker.ts'
import type { Redactor } from './redact.ts'
import { ended as endedWords, escapeControls, signatureOf, withLastLine } from './signature.ts'

const LOOK_AGAIN_MS = [200, 1_000, 3_000, 8_000, 15_000]

const EMPTY: HostLog = { head: '', tail: '', cutBytes: 0 }

/** The report that ends the claim. Never rejects for anything that a host does. */
export async function runHost(tools: Tools & { redactor: Redactor }, job: HostJob): Promise<HostReport> {
  const sight: Sight = { sent: false, step: -1, sentAt: 0 }
  let lostAt = 0
  for (let look = 0; ; look++) {
    if (!sight.sent && job.withdrawn()) return report(job, { kind: 'host-withdrawn', absent: false })
    const seen = await lookOnce(tools, job, sight)
    const final = conclude(tools, job, { sight, seen })
    if (final) return final
    lostAt ||= performance.now()
    const backoffMs = LOOK_AGAIN_MS[look] ?? 15_000
    if (job.signal.aborted || performance.now() - lostAt + backoffMs > tools.settings.deadlines.attachMs)
      return report(job, { kind: 'host-unknown', signature: `${words(seen)}, and the host could not be asked again` })
    await new Promise((resolve) => setTimeout(resolve, backoffMs * (0.5 + Math.random() / 2)))
  }
}

type Seen = Ended | DialError

async function lookOnce(tools: Tools, job: HostJob, sight: Sight): Promise<Seen> {
  try {
    const connection = await tools.connect(job.host)
    const leave = () => connection.client.end()
    job.signal.addEventListener('abort', leave)
    try {
      const seen = await attempt(tools, job, { sight, connection })
      return !sight.sent && seen.how === 'cut' ? new DialError('connection lost before anything was begun') : seen
    } finally {
      job.signal.removeEventListener('abort', leave)
      connection.release()
    }
  } catch (error) {
    if (error instanceof DialError) return error
    return new DialError(error instanceof Error ? error.message : 'SSH error', { cause: error })
  }
}

/** `undefined`: something was begun and is out of sight, look again. */
function conclude(tools: { redactor: Redactor }, job: HostJob, { sight, seen }: { sight: Sight; seen: Seen }) {
  const { redactor } = tools
  if (seen instanceof DialError) {
    if (sight.sent) return undefined
    const log = { ...EMPTY, head: redactor.text(seen.explanation) }
    return report(job, { kind: 'host-unreachable', signature: redactor.text(seen.signature), log })
  }
  if (seen.how === 'not-begun') return report(job, { kind: 'host-withdrawn', absent: false })
  const noise: HostLog = { ...EMPTY, head: redactor.text(seen.noise) }
  // A result without an exit status: cut in its last moment. The host has kept it and will say it again.
  if (sight.result && seen.how === 'exited') {
    const { cutBytes, head } = seen.output
    const log = head.length > 0 || cutBytes > 0 ? redactor.log(seen.output) : noise
    return finished(job, sight, { result: sight.result, code: seen.code, log })
  }
  if (sight.ungrouped === 'always' && !sight.found) {
    const signature = 'its shell leads no process group, even under setsid'
    return report(job, { kind: 'host-unreachable', signature, log: noise })
  }
  // Our first word was never heard, and the shell ended: it was not a shell that reads scripts.
  if (seen.how === 'exited' && !seen.heard && seen.code !== undefined)
    return report(job, {
      kind: 'host-unreachable',
      signature: withLastLine(`its shell ${endedWords(seen.code)}`, noise),
      log: noise,
    })
  return undefined
}

function finished(job: HostJob, sight: Sight, end: { result: Result; code: number | undefined; log: HostLog }) {
  const { result, code, log } = end
  const release = job.work.work.release.id
  if (result.outcome === 'ok' && code === 0 && result.installed === release)
    return report(job, { kind: 'host-succeeded', installed: release, log })
  if (result.outcome === 'absent') return report(job, { kind: 'host-withdrawn', absent: true })
  const told = result.outcome === 'interrupted' && sight.ran && sight.ran.outcome !== 'ok' ? sight.ran : result
  if (told.outcome === 'fenced') return report(job, { kind: 'host-unknown', signature: signatureOf(told, EMPTY), log })
  const signature = sight.reason === undefined ? signatureOf(told, log) : escapeControls(sight.reason).slice(0, 120)
  return report(job, { kind: 'host-failed', step: told.step ?? 'preflight', signature, log })
}

function words(seen: Seen): string {
  if (seen instanceof DialError) return seen.signature
  return seen.signal ? `the shell was killed by ${seen.signal}` : 'connection lost'
}

type Outcome =
  | { kind: 'host-succeeded'; installed: string; log: HostLog }
  | { kind: 'host-failed'; step: Extract<HostReport, { kind: 'host-failed' }>['step']; signature: string; log: HostLog }
  | { kind: 'host-unreachable'; signature: string; log: HostLog }
  | { kind: 'host-unknown'; signature: string; log?: HostLog }
  | { kind: 'host-withdrawn'; absent: boolean }

function report({ claim }: HostJob, outcome: Outcome): HostReport {
  return { host: claim.host, attempt: claim.attempt, ...outcome }
}
