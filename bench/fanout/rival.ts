// A way to deploy to many hosts: what to run as data. `measure.ts` runs it.

import type { Job } from './job.ts'

export type Command = {
  file: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
  input?: string
}

export type Rival = {
  name: string
  /** Why it cannot run here; `undefined` when it can. */
  missing(): string | undefined
  /** May write files into the job's scratch directory. */
  command(job: Job): Promise<Command>
}
