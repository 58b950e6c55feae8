// Says whether the three acts went as they must. The demo is a test too: it fails when one of these does not hold.

import type { ActReport } from './act.ts'

/** Everything that is not as it must be, in words; empty when all is well. */
export function judge([first, second, third]: readonly ActReport[]): string[] {
  if (!first || !second || !third) return ['not all acts were played']
  const failed = second.failures.flatMap(({ hosts }) => hosts)
  const healed = third.order.slice(0, failed.length)
  const holds: [boolean, string][] = [
    [first.state === 'succeeded' && first.exit_code === 0, 'act 1: release r1 was not rolled out'],
    [runsEverywhere(first, 'r1'), 'act 1: not every host answers with r1'],
    [second.state === 'halted' && second.exit_code === 1, 'act 2: the broken release was not halted'],
    [failed.length >= 2, 'act 2: fewer hosts failed than the budget needs to halt'],
    [second.untouched.length > 0, 'act 2: no host was left untouched'],
    [second.untouched.every((host) => serves(second, host, 'r1')), 'act 2: an untouched host does not answer with r1'],
    [second.untouched.every((host) => !second.order.includes(host)), 'act 2: an untouched host was touched'],
    [third.state === 'succeeded' && third.rollout_kind === 'rollback', 'act 3: the rollback did not succeed'],
    [failed.every((host) => healed.includes(host)), 'act 3: the failed hosts did not go first'],
    [
      third.order.every((host) => second.order.includes(host)),
      'act 3: a host was touched that release r2 never touched',
    ],
    [runsEverywhere(third, 'r1'), 'act 3: not every host answers with r1'],
  ]
  return holds.filter(([held]) => !held).map(([, complaint]) => complaint)
}

function runsEverywhere(act: ActReport, release: string): boolean {
  return act.read_back.every(({ host, installed }) => installed === release && serves(act, host, release))
}

function serves(act: ActReport, host: string, release: string): boolean {
  const site = act.read_back.find((each) => each.host === host)?.site
  return site?.kind === 'answered' && site.status === 200 && site.release === release
}
