// Draws what some environments ask for before a deploy begins, who wants each deploy there, and what people say to one that waits.

import { HUMANS, type Human, type Voice } from './cast.ts'
import { type Dice, diceFrom } from './dice.ts'
import type { Rule } from './judge/approval-rules.ts'
import type { Act, Place, Wish } from './scenario.ts'

const SHARE = 0.35

export function drawRule(seed: number, environment: string): { rule?: Rule } {
  const dice = diceFrom(seed, environment, 'rule')
  if (!dice.chance(SHARE)) return {}
  const authors = Object.fromEntries(['r1', 'r2', 'r3'].map((release) => [release, drawAuthors(dice)]))
  return { rule: { required: dice.pick([1, 1, 2, 2, 3]), notAuthor: dice.chance(0.6), authors } }
}

/** Two at most: with whoever wants it, three of six are left. */
function drawAuthors(dice: Dice): Human[] {
  return [...new Set(Array.from({ length: dice.below(3) }, () => dice.pick(HUMANS)))]
}

/** The place's acts, each deploy by somebody, and what people say while one waits. */
export function drawApprovals(seed: number, place: Place, acts: readonly Act[]): Act[] {
  if (!place.rule) return [...acts]
  const dice = diceFrom(seed, place.environment, 'approvals')
  const owned = acts.map((act): Act => {
    return act.wish.kind === 'deploy' ? { ...act, wish: { ...act.wish, ...drawRequester(dice) } } : act
  })
  const deploys = owned.flatMap(({ wish }) => (wish.kind === 'deploy' ? [wish] : []))
  const said = Array.from({ length: dice.between(2, 16) }, (): Act => {
    const ms = dice.between(0, dice.pick([5, 20, 300, 2_000]))
    const wish = drawWord(dice, deploys)
    return {
      kind: 'act',
      environment: place.environment,
      when: { kind: 'unapproved', ms },
      wish,
      twice: dice.chance(0.25),
    }
  })
  return [...owned, ...said]
}

function drawRequester(dice: Dice): { by: Voice; automatic?: boolean } {
  const by: Voice = { human: dice.pick(HUMANS), way: dice.pick(['github', 'github', 'door', 'workflow', 'slack']) }
  return { by, ...(by.way === 'github' && dice.chance(0.4) && { automatic: true }) }
}

function drawWord(dice: Dice, deploys: readonly Wish[]): Wish {
  if (dice.chance(0.75)) return drawYes(dice)
  const kind = dice.pick([
    'deploy',
    'deploy',
    'rollback',
    'rollback',
    'rollback',
    'resume',
    'resume',
    'retry',
    'retry',
    'continue',
    'halt',
    'abort',
    'skip',
  ])
  if (kind === 'deploy') {
    const wish = deploys[dice.below(deploys.length)]
    return wish?.kind === 'deploy'
      ? { ...wish, release: dice.pick(['r2', 'r3']), ...drawRequester(dice) }
      : drawYes(dice)
  }
  if (kind === 'rollback' && dice.chance(0.4)) return { kind, to: 'r1' }
  return kind === 'skip' ? { kind, host: dice.below(12) } : { kind }
}

function drawYes(dice: Dice): Wish {
  const way = dice.pick(['github', 'github', 'github', 'github', 'door', 'slack', 'slack', 'workflow'])
  const release = dice.chance(0.2) && { release: dice.pick(['r2', 'r2', 'r3']) }
  return { kind: 'approve', by: { human: dice.pick(HUMANS), way }, ...release }
}
