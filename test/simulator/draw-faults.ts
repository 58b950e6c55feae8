// Draws faults: first which kinds this seed has at all, then some of each.

import { type Dice, diceFrom } from './dice.ts'
import { type Fault, HORIZON_MS, type Place } from './scenario.ts'

type Draw = (dice: Dice, fleet: { replicas: number; host: () => string }) => Fault

/** How often a seed has the kind, and how many of it at most. */
const KINDS: readonly { share: number; most: number; draw: Draw }[] = [
  { share: 0.4, most: 3, draw: crash },
  { share: 0.3, most: 3, draw: crashAt },
  { share: 0.25, most: 2, draw: pause },
  { share: 0.15, most: 2, draw: drain },
  { share: 0.15, most: 2, draw: outage },
  { share: 0.2, most: 2, draw: lostAnswer },
  { share: 0.25, most: 1, draw: (dice) => ({ kind: 'store-slow', ms: dice.pick([50, 150, 400]) }) },
  { share: 0.1, most: 1, draw: () => ({ kind: 'lost-wakes' }) },
  { share: 0.1, most: 1, draw: () => ({ kind: 'repeated-wakes' }) },
  { share: 0.2, most: 2, draw: clockJump },
  {
    share: 0.25,
    most: 1,
    draw: (dice) => ({ kind: 'late-reports', percent: dice.pick([20, 60, 100]), ms: dice.pick([300, 3_000]) }),
  },
  {
    share: 0.25,
    most: 1,
    draw: (dice) => ({ kind: 'repeated-reports', percent: dice.pick([20, 60]), ms: dice.pick([300, 9_000]) }),
  },
  {
    share: 0.3,
    most: 1,
    draw: (dice) => ({ kind: 'stray-reports', percent: dice.pick([30, 100]), ms: dice.pick([5, 300, 3_000]) }),
  },
  { share: 0.5, most: 4, draw: (dice, fleet) => ({ kind: 'host-fails', ...ofRelease(dice, fleet.host()) }) },
  { share: 0.2, most: 2, draw: (dice, fleet) => ({ kind: 'host-lies', ...ofRelease(dice, fleet.host()) }) },
  { share: 0.25, most: 3, draw: (dice, fleet) => ({ kind: 'host-lost', ...ofRelease(dice, fleet.host()) }) },
  {
    share: 0.35,
    most: 3,
    draw: (dice, fleet) => ({ kind: 'host-flaps', host: fleet.host(), times: dice.between(1, 3) }),
  },
  {
    share: 0.15,
    most: 2,
    draw: (dice, fleet) => ({ kind: 'host-hangs', host: fleet.host(), times: dice.between(1, 2) }),
  },
  {
    share: 0.4,
    most: 4,
    draw: (dice, fleet) => ({
      kind: 'host-slow',
      host: fleet.host(),
      dialMs: dice.pick([10, 800, 4_000]),
      runMs: dice.between(100, 12_000),
    }),
  },
  { share: 0.2, most: 2, draw: (dice, fleet) => ({ kind: 'host-dies', host: fleet.host(), ...spell(dice, 15_000) }) },
  {
    share: 0.15,
    most: 2,
    draw: (dice, fleet) => ({ kind: 'host-freezes', host: fleet.host(), ...spell(dice, 20_000) }),
  },
]

/** A death with a yes just written, just read, or just counted. */
const AT_A_YES = { share: 0.5, most: 3, draw: crashAtYes } as const

export function drawFaults(seed: number, replicas: number, places: readonly Place[]): Fault[] {
  const kinds = diceFrom(seed, 'kinds')
  const calm = kinds.chance(0.1)
  const drawn = places.some(({ rule }) => rule) ? [...KINDS, AT_A_YES] : KINDS
  return drawn.flatMap(({ share, most, draw }, index) => {
    const dice = diceFrom(seed, 'fault', index)
    if (calm || !kinds.chance(share)) return []
    const fleet = { replicas, host: () => anyHost(dice, places) }
    return Array.from({ length: dice.between(1, most) }, () => draw(dice, fleet))
  })
}

function anyHost(dice: Dice, places: readonly Place[]): string {
  const names = places.flatMap(({ zones }) =>
    Object.entries(zones).flatMap(([zone, count]) => Array.from({ length: count }, (_, i) => `${zone}${i + 1}`)),
  )
  return names[dice.below(names.length)] ?? ''
}

/** Most things happen early: a rollout without a bake is over in a few seconds. */
function moment(dice: Dice): number {
  return dice.between(20, dice.pick([1_000, 5_000, 20_000, HORIZON_MS]))
}

function spell(dice: Dice, most: number): { at: number; forMs: number } {
  return { at: moment(dice), forMs: dice.between(200, most) }
}

function ofRelease(dice: Dice, host: string): { host: string; release: string; times: number } {
  return { host, release: dice.pick(['r2', 'r2', 'r2', 'r3', 'r1']), times: dice.pick([1, 1, 2, 9]) }
}

function crash(dice: Dice, { replicas }: { replicas: number }): Fault {
  const effect = dice.between(1, dice.pick([12, 40, 150]))
  const forMs = dice.between(100, 15_000)
  return { kind: 'crash', replica: dice.below(replicas), effect, when: dice.pick(['before', 'after']), forMs }
}

function crashAt(dice: Dice): Fault {
  const call = dice.pick(['run', 'run', 'withdraw', 'withdraw', 'commit', 'takeOver', 'create'])
  const nth = call === 'withdraw' ? dice.between(1, 2) : dice.between(1, dice.pick([3, 12]))
  const forMs = dice.between(100, 12_000)
  return { kind: 'crash-at', call, nth, when: dice.pick(['before', 'after']), forMs }
}

function crashAtYes(dice: Dice): Fault {
  const call = dice.pick(['post', 'takeOver', 'letters', 'commit', 'commit'])
  const when = dice.pick(['before', 'after'])
  return { kind: 'crash-at', call, nth: dice.between(1, dice.pick([3, 8])), when, forMs: dice.between(100, 12_000) }
}

function pause(dice: Dice, { replicas }: { replicas: number }): Fault {
  return { kind: 'pause', replica: dice.below(replicas), at: moment(dice), forMs: dice.between(1_000, 40_000) }
}

function drain(dice: Dice, { replicas }: { replicas: number }): Fault {
  return { kind: 'drain', replica: dice.below(replicas), ...spell(dice, 10_000) }
}

function outage(dice: Dice): Fault {
  return { kind: 'outage', at: moment(dice), forMs: dice.between(50, 20_000), after: dice.chance(0.5) }
}

function lostAnswer(dice: Dice): Fault {
  const method = dice.pick(['commit', 'commit', 'create', 'takeOver', 'post', 'supersede'])
  return { kind: 'lost-answer', method, nth: dice.between(1, dice.pick([2, 8])) }
}

function clockJump(dice: Dice): Fault {
  return {
    kind: 'clock-jump',
    at: moment(dice),
    ms: dice.pick([-3_600_000, -3_600_000, -60_000, -2_000, 60_000, 3_600_000]),
  }
}
