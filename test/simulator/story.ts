// Tells a simulation as a short story: the fleet, who was there, what went wrong, what happened last, and what was broken.

import { drawScenario } from './draw-scenario.ts'
import { wishInWords } from './people.ts'
import { play } from './play.ts'
import { brokenBy } from './run-seeds.ts'
import { type Act, type Scenario, without } from './scenario.ts'
import { shrink } from './shrink.ts'
import { inWords } from './world.ts'

const LAST_LINES = 40

/** `left`: acts and faults that are left out. `small`: more of them may be. */
export async function tellStory(seed: number, left: ReadonlySet<number>, small: boolean): Promise<string[]> {
  const scenario = drawScenario(seed)
  const out = small ? await shrink(scenario, left) : new Set(left)
  const lines: string[] = []
  const { violation } = await play(without(scenario, out), lines)
  const last = lines.slice(-LAST_LINES)
  const mask = out.size > 0 ? ` --without ${[...out].sort((a, b) => a - b).join(',')}` : ''
  return [
    ...prologue(scenario, out),
    ...(lines.length > last.length ? [`  … ${lines.length - last.length} lines before`] : []),
    ...last.map((line) => `  ${line}`),
    violation ? `BROKEN ${brokenBy(seed, violation).message}` : 'every invariant held',
    `npm run simulate -- --seed ${seed} --seeds 1 --no-mutants --story${mask}`,
  ]
}

function prologue({ seed, replicas, places, acts, faults }: Scenario, out: ReadonlySet<number>): string[] {
  const fleets = places.map(({ environment, zones, before }) => {
    const sizes = Object.entries(zones).map(([zone, count]) => `${zone} ${count}`)
    const down = Object.entries(before).filter(([name, health]) => health !== 'healthy' && isIn(zones, name))
    return `${environment}: ${sizes.join(', ')}; down since yesterday: ${down.map(([name, health]) => `${name} ${health}`).join(', ') || 'none'}`
  })
  const left = (number: number) => !out.has(number)
  return [
    `seed ${seed}: ${replicas} replicas; ${fleets.join('; ')}`,
    ...acts.flatMap((act, n) => (left(n) ? [`  act ${n}: ${actInWords(act)}`] : [])),
    ...faults.flatMap((fault, n) => (left(acts.length + n) ? [`  fault ${acts.length + n}: ${inWords(fault)}`] : [])),
  ]
}

function isIn(zones: Readonly<Record<string, number>>, host: string): boolean {
  return Object.entries(zones).some(
    ([zone, count]) => host.startsWith(zone) && Number(host.slice(zone.length)) <= count,
  )
}

function actInWords({ environment, when, wish, twice }: Act): string {
  const moment = when.kind === 'at' ? `at ${when.ms} ms` : `${when.ms} ms after it is seen (${when.kind})`
  return `${moment}${twice ? ' twice' : ''} in ${environment}: ${wishInWords(wish)}`
}
