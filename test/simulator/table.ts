// What a simulation prints: sums, and the table of broken engines with who caught each.

import { everyCrash, STORIES } from './crash-points.ts'
import { MUTANTS, type Mutant } from './mutants.ts'
import type { Report } from './run-seeds.ts'
import { inTwos, runInThread } from './thread.ts'

/** A mutant that is not caught within so many seeds has survived. */
const MUTANT_SEEDS = 500

const HOUR_MS = 3_600_000

export function reportLines(report: Report, ms: number): string[] {
  const faults = Object.entries(report.faults).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    `seeds ${report.seeds}   events ${report.events}   commits ${report.commits}   virtual hours ${(report.virtualMs / HOUR_MS).toFixed(1)}   seconds ${(ms / 1_000).toFixed(1)}`,
    `faults ${faults.map(([kind, times]) => `${kind} ${times}`).join(', ')}`,
    `violations ${report.broken.length}`,
    ...report.broken.map(({ seed, message }) => `  seed ${seed}: ${message.split('\n')[0]?.slice(0, 200)}`),
  ]
}

export async function crashLines(): Promise<{ lines: string[]; broken: number }> {
  const lines: string[] = []
  let sum = 0
  for (const [name, scenario] of Object.entries(STORIES)) {
    const { points, broken } = await everyCrash(scenario)
    lines.push(`crash points of "${name}" on 2 zones of 3 hosts: ${points}, broken ${broken.length}`)
    lines.push(...broken.map(({ violation }) => `  ${violation?.message}`))
    sum += broken.length
  }
  return { lines, broken: sum }
}

type Caught = { mutant: Mutant; seeds: number; by: string | undefined }

/** A mutant that does not fit its source is an error. */
export async function hunt(mutant: Mutant, first: number, count = MUTANT_SEEDS): Promise<Caught> {
  const seeds = { first, count, stride: 1, stopAtFirst: true }
  const report = await runInThread({ seeds, mutant })
  return { mutant, seeds: report.seeds, by: report.broken[0]?.invariant }
}

export async function mutantTable(first: number): Promise<{ lines: string[]; survived: number }> {
  const all = await inTwos(MUTANTS, (mutant) => hunt(mutant, first))
  const rows = all.map(({ mutant, seeds, by }) => [mutant.name, by ?? 'NOT CAUGHT', String(seeds)] as const)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const survived = all.filter(({ by }) => by === undefined)
  return {
    lines: [
      `mutants ${all.length}, caught ${all.length - survived.length}`,
      ...rows.map(
        ([name, by, seeds]) => `  ${name.padEnd(widths[0] ?? 0)}  ${by.padEnd(widths[1] ?? 0)}  ${seeds.padStart(4)}`,
      ),
      ...survived.map(({ mutant }) => `survived: ${mutant.name} (${mutant.file})`),
    ],
    survived: survived.length,
  }
}
