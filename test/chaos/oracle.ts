// Judges a chaos run from the hosts' own records and from what people were told. It never reads Houston's store or files.

import type { Claim } from './claims.ts'
import { type HostLine, type HostRecord, LAST_STEP } from './host-record.ts'

export type Violation = {
  kind: 'repeated' | 'overlap' | 'after-halt' | 'missing' | 'lost'
  rollout: string
  host?: string
  says: string
  /** Of the host, that show it. */
  lines: readonly HostLine[]
}

/**
 * A claim that was sent to its host before the halt may still begin there: the time from the end of the script's way to the
 * first line of its first step, on a busy machine. A recipe that began in time goes on to its end; it is not cut.
 */
export const GRACE_MS = 3_000

/** `inFlight`: how many hosts a rollout may have in hand at once. */
export function judge(records: readonly HostRecord[], claims: readonly Claim[], inFlight: number): Violation[] {
  return [
    ...records.flatMap((record) => [
      ...repeats(record, claims),
      ...overlaps(record),
      ...touchesAfterHalt(record, claims),
    ]),
    ...crowdsAfterHalt(records, claims, inFlight),
    ...missing(records, claims),
    ...lost(claims),
  ]
}

/** A step runs once for a rollout on a host; once more for each retry that a person asked for, if it had not got through. */
function repeats({ host, lines }: HostRecord, claims: readonly Claim[]): Violation[] {
  const begun = Map.groupBy(
    lines.filter(({ mark }) => mark === 'begin'),
    ({ rollout, step }) => `${rollout} ${step}`,
  )
  return [...begun.values()].flatMap((same): Violation[] => {
    const [{ rollout, step } = { rollout: '', step: '' }] = same
    const allowed = 1 + claims.filter((claim) => claim.kind === 'retry' && claim.rollout === rollout).length
    const again = same[allowed] ?? afterItsEnd(lines, same)
    return again ? [{ kind: 'repeated', rollout, host, says: `${step} was begun again`, lines: same }] : []
  })
}

/** A host that got through its recipe is never run again in the same rollout, whoever asks. */
function afterItsEnd(lines: readonly HostLine[], same: readonly HostLine[]): HostLine | undefined {
  const through = lines.findIndex(
    ({ mark, step, rollout }) => mark === 'end' && step === LAST_STEP && rollout === same[0]?.rollout,
  )
  return through < 0 ? undefined : same.find((line) => lines.indexOf(line) > through)
}

/** One recipe at a time, one step at a time; and once a newer rollout has begun on a host, no older one says a word. */
function overlaps({ host, lines }: HostRecord): Violation[] {
  const found: Violation[] = []
  const gone = new Set<string>()
  let open: HostLine | undefined
  let last: HostLine | undefined
  for (const line of lines) {
    const { rollout } = line
    const say = (says: string, ...with_: (HostLine | undefined)[]) =>
      found.push({ kind: 'overlap', rollout, host, says, lines: [...with_, line].filter((one) => one !== undefined) })
    if (gone.has(rollout)) say('went on after a newer rollout had begun', last)
    else if (last && last.rollout !== rollout) {
      gone.add(last.rollout)
      open = undefined
    }
    if (line.mark === 'begin') {
      if (open) say('began before another step had ended', open)
      open = line
    } else {
      if (open?.step !== line.step || open.pid !== line.pid) say('ended, and was not the one that ran', open)
      open = undefined
    }
    last = line
  }
  return found
}

/** A host's first word for a rollout must not come later than `GRACE_MS` after people were told that it is quiet. */
function touchesAfterHalt({ host, lines }: HostRecord, claims: readonly Claim[]): Violation[] {
  const found: Violation[] = []
  for (const claim of claims) {
    if (claim.kind !== 'quiet') continue
    const { rollout, fromMs, untilMs = Number.POSITIVE_INFINITY, why } = claim
    const first = lines.find((line) => line.rollout === rollout)
    if (!first || first.upMs <= fromMs + GRACE_MS || first.upMs >= untilMs) continue
    const lateMs = first.upMs - fromMs
    found.push({ kind: 'after-halt', rollout, host, says: `began ${lateMs} ms after "${why}"`, lines: [first] })
  }
  return found
}

/**
 * Whoever writes after the halt was in hand when it was committed: no more hosts than may be in hand at once. This finds a
 * next host also within the grace.
 */
function crowdsAfterHalt(records: readonly HostRecord[], claims: readonly Claim[], inFlight: number): Violation[] {
  return claims.flatMap((claim): Violation[] => {
    if (claim.kind !== 'quiet') return []
    const { rollout, fromMs, untilMs = Number.POSITIVE_INFINITY, why } = claim
    const wrote = records.flatMap(({ lines }) => {
      const next = lines.find((line) => line.rollout === rollout && line.upMs > fromMs && line.upMs < untilMs)
      return next ? [next] : []
    })
    const says = `${wrote.length} hosts wrote after "${why}", and at most ${inFlight} were in hand`
    return wrote.length > inFlight ? [{ kind: 'after-halt', rollout, says, lines: wrote }] : []
  })
}

/** As many hosts have been through the recipe as Houston says; all that were planned when it says that it succeeded. */
function missing(records: readonly HostRecord[], claims: readonly Claim[]): Violation[] {
  return claims.flatMap((claim): Violation[] => {
    if (claim.kind !== 'result' || claim.phase === undefined) return []
    const { rollout, phase, succeeded, planned } = claim
    const through = records.filter(({ lines }) => isThrough(lines, rollout)).length
    const enough = through >= (phase === 'succeeded' ? planned : succeeded)
    const says = `${phase}, ${succeeded} of ${planned} hosts; by the hosts' records ${through} have ended its last step`
    return enough ? [] : [{ kind: 'missing', rollout, says, lines: [] }]
  })
}

function isThrough(lines: readonly HostLine[], rollout: string): boolean {
  return lines.some((line) => line.rollout === rollout && line.step === LAST_STEP && line.mark === 'end')
}

/** Nothing needs a driver any more when the faults have long stopped, and what was acknowledged is known. */
const RESTS: readonly string[] = ['succeeded', 'failed', 'aborted', 'superseded', 'halted', 'waiting']

function lost(claims: readonly Claim[]): Violation[] {
  const results = new Map(claims.flatMap((claim) => (claim.kind === 'result' ? [[claim.rollout, claim] as const] : [])))
  const unknown = claims.filter((claim) => claim.kind === 'started' && results.get(claim.rollout)?.phase === undefined)
  const endless = [...results.values()].filter(({ phase }) => phase !== undefined && !RESTS.includes(phase))
  return [
    ...unknown.map(({ rollout }) => lostOne(rollout, 'was acknowledged and is not known')),
    ...endless.map(({ rollout, phase }) => lostOne(rollout, `is still ${phase}`)),
  ]
}

function lostOne(rollout: string, says: string): Violation {
  return { kind: 'lost', rollout, says, lines: [] }
}
