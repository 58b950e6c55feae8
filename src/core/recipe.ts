// A recipe: the steps on ONE host, in the one order that there is.

import type { Release } from './release.ts'

/** The order of the steps on a host. `fetch`, `switch` and `cleanup` have a part that Houston does itself. */
export const STEPS = [
  'preflight',
  'fetch',
  'drain',
  'stop',
  'switch',
  'start',
  'validate',
  'undrain',
  'cleanup',
] as const

export type Step = (typeof STEPS)[number]

/** The steps for which a team writes shell text. It runs in a subshell of `sh`, in the new release's directory. */
export type ScriptedStep = Exclude<Step, 'switch' | 'validate' | 'cleanup'>

export type Recipe = {
  scripts: Readonly<Partial<Record<ScriptedStep, string>>>
  validate?: Validation
  /** Deadline for the whole recipe on one host, validation included. */
  timeoutMs: number
}

export type Validation = {
  check: Check
  /** Attempts after the first one. */
  retries: number
  intervalMs: number
  /** Deadline of one attempt. */
  timeoutMs: number
}

/** `tcp` and `http` are tried through the SSH connection: `address` is as the host sees it; `{{address}}` is its own. */
export type Check =
  | { kind: 'command'; script: string }
  | { kind: 'tcp'; address: string; port: number }
  | { kind: 'http'; address: string; port: number; path: string; status: number }

/** Everything that is the same for all hosts of one rollout: what to do on each. Recorded with the release, so a rollback finds it. */
export type HostWork = {
  application: string
  environment: string
  release: Release
  recipe: Recipe
  /** Absolute path on the hosts: holds releases/, current, shared/ and .houston/. */
  directory: string
  /** How many releases stay on a host; at least 2. */
  keep: number
}
