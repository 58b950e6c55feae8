// Runs seeds in threads of their own: two at a time, as many as the smallest machine has cores.

import { Worker } from 'node:worker_threads'
import type { Change } from './mutate.ts'
import { add, emptyReport, type Report, type Seeds } from './run-seeds.ts'

const THREADS = 2

export type Task = { seeds: Seeds; mutant?: Change }

export function runInThread(task: Task): Promise<Report> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`a simulating thread ended with ${code}`)))
  })
}

/** The same seeds whatever the number of threads. */
export async function runInThreads(first: number, count: number): Promise<Report> {
  const tasks = Array.from({ length: THREADS }, (_, thread): Task => {
    const mine = Math.floor((count + THREADS - 1 - thread) / THREADS)
    return { seeds: { first: first + thread, count: mine, stride: THREADS, stopAtFirst: false } }
  })
  const sum = emptyReport()
  for (const report of await Promise.all(tasks.map(runInThread))) add(sum, report)
  sum.broken.sort((a, b) => a.seed - b.seed)
  return sum
}

/** Answers each as it is done, in the order of the tasks. */
export async function inTwos<One, Done>(ones: readonly One[], work: (one: One) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = []
  let next = 0
  const take = async () => {
    for (let index = next++; index < ones.length; index = next++) {
      const one = ones[index]
      if (one !== undefined) done[index] = await work(one)
    }
  }
  await Promise.all(Array.from({ length: THREADS }, take))
  return done
}
