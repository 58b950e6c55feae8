// The recipe: shell scripts for the steps on one host, and how to tell that the new release works there.

import { z } from 'zod'
import type { Check, Recipe, ScriptedStep, Validation } from '../../core/recipe.ts'
import { hostNameProblem } from '../address.ts'
import { parseDuration } from '../duration.ts'
import { ok, type Parsed, wrong } from '../fault.ts'
import { show } from '../printable.ts'
import { oneOf, optional, parsed, required, ruled, textOrNumber } from './key.ts'
import { portSchema } from './ssh.ts'

const LONGEST_SCRIPT = 65_536

function parseScript(text: string): Parsed<string> {
  if (text.trim() === '') return wrong('is empty', 'a shell script, or no such key at all')
  if (text.includes('\u0000')) return wrong('holds a NUL character, which no shell can read')
  return text.length > LONGEST_SCRIPT
    ? wrong('is longer than 64 KiB', 'a script that is part of the release')
    : ok(text)
}

function parseHttpPath(path: string): Parsed<string> {
  if (/^\/[\x21-\x7e]*$/.test(path) && path.length <= 2000) return ok(path)
  return wrong(
    `${show(path)} is not a path`,
    path.startsWith('/') ? 'a path without spaces, percent-encoded' : '/healthz',
  )
}

function parseLocalAddress(text: string): Parsed<string> {
  if (text === '{{address}}') return ok(text)
  const problem = hostNameProblem(text)
  return problem === undefined ? ok(text) : wrong(problem, '127.0.0.1')
}

const script = parsed(z.string(), parseScript)
const positive = parsed(textOrNumber, (input) => parseDuration(input, 1))
const address = optional(parsed(z.string(), parseLocalAddress), {
  description: 'Address as the host sees it. {{address}} is the one that the host is reached at.',
  example: '127.0.0.1',
  fallback: '127.0.0.1',
})
const port = required(portSchema, { description: 'Port the application listens on.', example: 8080 })

const tcp = z.strictObject({ port, address })
const http = z.strictObject({
  port,
  path: required(parsed(z.string(), parseHttpPath), { description: 'Path to ask for.', example: '/healthz' }),
  address,
  status: optional(z.int('is not a whole number').min(100, 'is not an HTTP status').max(599, 'is not an HTTP status'), {
    description: 'Status that means healthy.',
    example: 204,
    fallback: 200,
  }),
})

const checks = ruled(
  z.strictObject({
    command: optional(script, { description: 'A script; exit code 0 means healthy.', example: './ops/check' }),
    tcp: optional(tcp, { description: 'Healthy when the port accepts a connection.', example: { port: 8080 } }),
    http: optional(http, {
      description: 'Healthy when a GET is answered with the status. Asked through the SSH connection.',
      example: { port: 8080, path: '/healthz' },
    }),
    retries: optional(z.int('is not a whole number').min(0, 'is negative').max(10_000, 'is more than 10000'), {
      description: 'Attempts after the first one.',
      example: 20,
      fallback: 10,
    }),
    interval: optional(
      parsed(textOrNumber, (input) => parseDuration(input)),
      {
        description: 'Pause between two attempts.',
        example: '1s',
        fallback: '1s',
      },
    ),
    timeout: optional(positive, { description: 'Deadline of one attempt.', example: '5s', fallback: '5s' }),
  }),
  oneOf(['command', 'tcp', 'http'], 1),
)

const validation = z.union([script.transform((command) => ({ command })), checks]).transform(toValidation)

const steps = {
  preflight: optional(script, {
    description: 'Checks that the host can take the release; nothing is changed yet.',
    example: 'test -x /usr/bin/node',
  }),
  fetch: optional(script, {
    description: 'Runs when the files of the release are in place; gets what else is needed.',
    example: 'npm ci --omit=dev',
  }),
  drain: optional(script, { description: 'Takes the host out of service.', example: './ops/lb out' }),
  stop: optional(script, { description: 'Stops the old release.', example: 'sudo systemctl stop storefront' }),
  start: optional(script, {
    description: 'Starts the new release; `current` points to it.',
    example: 'sudo systemctl restart storefront',
  }),
  undrain: optional(script, { description: 'Puts the host back into service.', example: './ops/lb in' }),
}

export const recipeSchema = z.strictObject({
  ...steps,
  validate: optional(validation, {
    description: 'How to tell that the new release works: a script, or command, tcp or http with retries.',
    example: { http: { port: 8080, path: '/healthz' }, retries: 20, interval: '1s' },
  }),
  timeout: optional(positive, {
    description: 'Deadline for the whole recipe on one host.',
    example: '15m',
    fallback: '15m',
  }),
})

export type RecipePart = z.output<typeof recipeSchema>

function toValidation(part: Partial<Omit<z.output<typeof checks>, never>>): Validation {
  return {
    check: toCheck(part),
    retries: part.retries ?? 10,
    intervalMs: part.interval ?? 1000,
    timeoutMs: part.timeout ?? 5000,
  }
}

function toCheck({ command, tcp, http }: Partial<z.output<typeof checks>>): Check {
  if (tcp !== undefined) return { kind: 'tcp', address: tcp.address ?? '127.0.0.1', port: tcp.port }
  if (http === undefined) return { kind: 'command', script: command ?? '' }
  return {
    kind: 'http',
    address: http.address ?? '127.0.0.1',
    port: http.port,
    path: http.path,
    status: http.status ?? 200,
  }
}

/** The environment's keys win over the application's, one by one. */
export function toRecipe(application: RecipePart, environment: RecipePart): Recipe {
  const { validate, timeout, ...scripts } = { ...application, ...environment }
  const own: Partial<Record<ScriptedStep, string>> = scripts
  return { scripts: own, ...(validate && { validate }), timeoutMs: timeout ?? 900_000 }
}
