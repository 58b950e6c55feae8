// How a step has its work done: through a server, or by the engine in this very job. What is told, counted and waited for is
// the same for both, and knows only this.

import type { Answer, Refusal } from '../../src/core/intent.ts'
import type { PlanReport } from '../../src/core/report-plan.ts'
import type { RolloutPage } from '../../src/core/report-rollout-page.ts'

/** `url`: its page. */
export type Begun = { kind: 'begun'; rollout: string; plan?: PlanReport; url?: string }

/** What the fleet runs, host by host. */
export type FleetLook = {
  state: string
  release?: string
  rollout?: string
  url?: string
  hosts: readonly { name: string; zone: string; release?: string; trouble?: string }[]
}

export interface Way {
  /** What a deploy would do now; nothing is begun. */
  plan(): Promise<PlanReport | Refusal>
  /** Begins what the step is for. */
  begin(): Promise<Begun | Refusal>
  /** Now, and whenever something changed. Ends when the rollout ended, or stands still until a person does something. */
  follow(rollout: string, signal: AbortSignal): AsyncIterable<RolloutPage>
  halt(rollout: string): Promise<Answer>
  /** Takes back what `begin` began. */
  rollback(): Promise<Begun | Refusal>
  look(): Promise<FleetLook | Refusal>
  /** The end of what a host said, where it is known here. */
  lastWords(rollout: string): Promise<readonly { host: string; text: string }[]>
  /** Tells what is left to tell, within `ms`, and lets go. Recipes that were begun on hosts go on there. */
  close(ms: number): Promise<void>
}

/** An expected end of a step that begins nothing: a stable code, and words for people. Thrown by ways, caught once. */
export class StepFault extends Error {
  override readonly name = 'StepFault'
  readonly code: string
  readonly facts: Readonly<Record<string, string | number>>

  constructor(code: string, message: string, { facts = {}, ...options }: ErrorOptions & Partial<StepFault> = {}) {
    super(message, options)
    this.code = code
    this.facts = facts
  }
}

/** By its name: direct mode is a bundle of its own, with a class of its own. */
export function isStepFault(error: unknown): error is StepFault {
  return error instanceof Error && error.name === 'StepFault' && 'code' in error
}
