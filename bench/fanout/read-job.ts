// Reads a job in the process of a rival that is written in Node.

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Job } from './job.ts'

const host = z.object({ name: z.string(), address: z.string(), port: z.number(), user: z.string() })

const job = z.object({
  hosts: z.array(host),
  parallel: z.number(),
  release: z.string(),
  folder: z.string(),
  identityFile: z.string(),
  knownHostsFile: z.string(),
  hostKeyLine: z.string(),
  root: z.string(),
  scratch: z.string(),
})

export function readJob(file: string): Job {
  return job.parse(JSON.parse(readFileSync(file, 'utf8')))
}
