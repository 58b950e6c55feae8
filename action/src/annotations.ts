// What stands beside a failed step on the workflow's page: how it ended, and the hosts that are not well, within GitHub's limit.
// Pure.

import type { Told } from './summary.ts'

/** GitHub shows ten of a kind a step, and drops the others without a word. */
const MOST = 10

export type Note = readonly [title: string, message: string]

/** None when all is well. */
export function annotationsOf({ outcome, reports }: Told): readonly Note[] {
  if (outcome.ok) return []
  const hosts = (reports.at(-1)?.failures ?? []).flatMap(({ phase, step, signature, hosts: { names } }) =>
    names.map((name): Note => [name, `${phase}${step === undefined ? '' : ` at ${step}`}: ${signature}`]),
  )
  const end: Note = [`houston: ${outcome.reason}`, outcome.message]
  const count = outcome.failedHosts.length
  if (count < MOST) return [end, ...hosts.slice(0, MOST - 1)]
  const shown = hosts.slice(0, MOST - 2)
  return [end, ...shown, ['and more', `${count - shown.length} hosts more are not well: see the summary`]]
}
