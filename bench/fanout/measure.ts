// Runs a rival's command and measures it from outside: wall time, CPU time of its whole process tree, peak of its memory.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { markedProcesses, signalAll } from '../../src/apps/demo/fleet-processes.ts'
import { cpuOf, residentOfTree } from './process-tree.ts'
import type { Command } from './rival.ts'

export type Measured = {
  code: number | undefined
  /** The whole process, its start and its end included. */
  wallMs: number
  /** What the rival says of the work alone; equal to `wallMs` when it cannot tell. */
  workMs: number
  /** User and system time of the process and all its children, those left in the background included. */
  cpuMs: number
  /** As `workMs`: of the work alone where the rival can tell, else `cpuMs`. */
  workCpuMs: number
  /** Sum of the resident sizes of its process tree, sampled; pages that processes share count for each. */
  peakMb: number
  own: z.infer<typeof ownWords>
  /** The end of what it printed, for when it fails. */
  words: string
}

const ownWords = z.looseObject({ workMs: z.number(), workCpuMs: z.number().optional() })

const SAMPLE_MS = 200
/** A rival that hangs must not hold up the others: it is killed, and the run does not count. */
const DEADLINE_MS = 300_000
const MARK = 'HOUSTON_BENCH_RUN'

// `times` knows what all waited-for descendants used, on every POSIX shell.
const WRAPPER = '"$@"; code=$?; times >"$HOUSTON_BENCH_TIMES"; exit $code'

export async function measure(command: Command, scratch: string): Promise<Measured> {
  const run = randomBytes(8).toString('hex')
  const times = join(scratch, 'times')
  const env = { ...process.env, ...command.env, HOUSTON_BENCH_TIMES: times, [MARK]: run }
  const startedAt = performance.now()
  const child = spawn('sh', ['-c', WRAPPER, 'sh', command.file, ...command.args], { env, stdio: 'pipe' })
  let words = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-8_192)
    })
  let peak = 0
  const sample = () => {
    peak = Math.max(peak, residentOfTree(child.pid ?? 0))
  }
  const sampler = setInterval(sample, SAMPLE_MS)
  const mark = [`${MARK}=${run}`]
  const deadline = setTimeout(() => signalAll(markedProcesses(mark), 'SIGKILL'), DEADLINE_MS)
  child.stdin.on('error', () => {}).end(command.input ?? '')
  const [code] = await once(child, 'exit')
  const wallMs = performance.now() - startedAt
  clearInterval(sampler)
  clearTimeout(deadline)
  const left = markedProcesses(mark)
  const cpuMs =
    childTimes(await readFile(times, 'utf8').catch(() => '')) + left.reduce((sum, pid) => sum + cpuOf(pid), 0)
  signalAll(left, 'SIGKILL')
  const own = ownReport(words) ?? { workMs: wallMs }
  const { workMs, workCpuMs = cpuMs } = own
  return { code: code ?? undefined, wallMs, workMs, cpuMs, workCpuMs, peakMb: peak / 1e6, own, words }
}

/** Second line of `times`: what children used, as `0m1.230s 0m0.450s`. */
function childTimes(text: string): number {
  const spans = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.,]+)s/g)]
  return spans.reduce((sum, [, minutes, seconds = '0']) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000, 0)
}

/** The last line of output that is a JSON object with `workMs`. */
function ownReport(words: string): z.infer<typeof ownWords> | undefined {
  for (const line of words.trimEnd().split('\n').reverse()) {
    if (!line.startsWith('{"workMs"')) continue
    const parsed = ownWords.safeParse(JSON.parse(line))
    if (parsed.success) return parsed.data
  }
  return undefined
}
