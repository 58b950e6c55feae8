// npm run simulate: plays seeds on the real engine, prints what happened, and then shows that broken engines are caught.

import { parseArgs } from 'node:util'
import { tellStory } from './story.ts'
import { crashLines, mutantTable, reportLines } from './table.ts'
import { runInThreads } from './thread.ts'

const STORIES = 3

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    mutants: { type: 'boolean', default: true },
    story: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
  },
  allowNegative: true,
})

const [seed, seeds] = [Number(values.seed), Number(values.seeds)]
if (values.story) await story()
else await simulate()

async function story(): Promise<void> {
  const left = new Set(values.without.split(',').filter(Boolean).map(Number))
  const lines = await tellStory(seed, left, false)
  print(lines)
  if (lines.some((line) => line.startsWith('BROKEN'))) process.exitCode = 1
}

async function simulate(): Promise<void> {
  const began = performance.now()
  const report = await runInThreads(seed, seeds)
  print(reportLines(report, performance.now() - began))
  for (const { seed } of report.broken.slice(0, STORIES)) print(await tellStory(seed, new Set(), true))
  const crashes = await crashLines()
  print(crashes.lines)
  if (report.broken.length + crashes.broken > 0) process.exitCode = 1
  if (!values.mutants) return
  const { lines, survived } = await mutantTable(seed)
  print(lines)
  if (survived > 0) process.exitCode = 1
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
