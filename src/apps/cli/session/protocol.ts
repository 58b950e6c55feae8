// The words that two Houston processes of one machine exchange over the control socket: one JSON object a line.
// Requests are checked before anything is done with them.

import { z } from 'zod'
import { LONGEST_MS } from '../../../core/duration.ts'
import { deployRequest } from './deploy-request.ts'
import type { Session } from './session.ts'

/** Grows when a word changes its meaning: both ends must be of one kind. */
export const PROTOCOL = 1

/** Longer lines are refused: 100,000 hosts fit with room to spare. */
export const LONGEST_LINE_BYTES = 64 * 1024 * 1024

const name = z.string().min(1).max(200)
export const target = z.strictObject({ application: name, environment: name })
const person = z.strictObject({ via: z.literal('terminal'), id: name, name })
const reason = z.string().max(10_000).exactOptional()

const ask = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('halt') }),
  z.strictObject({ kind: z.literal('resume') }),
  z.strictObject({ kind: z.literal('continue') }),
  z.strictObject({ kind: z.literal('retry') }),
  z.strictObject({ kind: z.literal('abort') }),
  z.strictObject({ kind: z.literal('approve'), release: name.exactOptional() }),
  z.strictObject({ kind: z.literal('skip'), hostName: z.string().max(500) }),
])

const wish = z.discriminatedUnion('verb', [
  z.strictObject({
    ...{ verb: z.literal('lock'), by: person, reason },
    forMs: z.number().int().min(1).max(LONGEST_MS).exactOptional(),
  }),
  z.strictObject({ verb: z.literal('unlock'), by: person, steal: z.boolean() }),
])

const limit = z.number().int().min(1).max(10_000)

/** One entry per operation that answers once. */
export const INPUTS = {
  targets: z.null(),
  plan: deployRequest(person, reason),
  deploy: deployRequest(person, reason),
  rollback: z.strictObject({ ...target.shape, to: name.exactOptional(), by: person, reason }),
  ask: z.strictObject({ target, by: person, ask }),
  changeLock: z.strictObject({ target, wish }),
  locks: z.strictObject({ target }),
  audit: z.strictObject({ target: target.exactOptional(), limit }),
  status: z.strictObject({ target, rollout: name.exactOptional() }),
  history: z.strictObject({ target, limit }),
  past: z.strictObject({ target, at: z.number() }),
  where: z.strictObject({ release: name }),
  hosts: z.strictObject({ target, probe: z.boolean() }),
  log: z.strictObject({ target, host: z.string().max(500) }),
} as const

export type Operation = keyof typeof INPUTS

/** What each operation answers with: the session's own types, since both ends are of one protocol. */
export type Answers = { [K in Operation]: Awaited<ReturnType<Session[K]>> }

const id = z.number().int().nonnegative()

export const request = z.strictObject({ id, operation: z.string().max(40), input: z.unknown() })

export const reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), protocol: z.number(), pid: z.number() }),
  z.object({ id, kind: z.literal('value'), value: z.unknown().optional() }),
  /** One of many: a look. */
  z.object({ id, kind: z.literal('item'), value: z.unknown() }),
  z.object({ id, kind: z.literal('end') }),
  z.object({ id, kind: z.literal('error'), message: z.string() }),
])

export type Reply = z.infer<typeof reply>

/** Operations beside those that answer once: a stream of looks, and its end by the one who asked. */
export const WATCH = 'watch'
export const CANCEL = 'cancel'
