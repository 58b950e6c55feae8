// A thread that plays seeds, perhaps on an engine that was broken on purpose: the source is changed as it is loaded, so the
// simulator is imported only afterwards.

import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { mutate } from './mutate.ts'

const Task = z.object({
  seeds: z.object({ first: z.number(), count: z.number(), stride: z.number(), stopAtFirst: z.boolean() }),
  mutant: z.object({ file: z.string(), find: z.string(), put: z.string() }).optional(),
})

const { seeds, mutant } = Task.parse(workerData)
const applied = mutant ? mutate(mutant) : () => true
const { runSeeds } = await import('./run-seeds.ts')
const report = await runSeeds(seeds)
if (!applied()) throw new Error(`${mutant?.file} was never loaded`)
parentPort?.postMessage(report)
