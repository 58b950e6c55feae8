// Runs one of the benches and prints JSON lines. A machine's seconds say little: what counts are the ratios within one run.

import { argv, exit, stderr } from 'node:process'

const [name, ...rest] = argv.slice(2)

switch (name) {
  case 'action': {
    const { benchAction } = await import('./action.ts')
    await benchAction(rest)
    break
  }
  case 'planner': {
    const { benchPlanner } = await import('./planner.ts')
    await benchPlanner(rest)
    break
  }
  case 'fanout': {
    const { benchFanout } = await import('./fanout.ts')
    await benchFanout(rest)
    break
  }
  case 'reaction': {
    const { benchReaction } = await import('./reaction.ts')
    await benchReaction(rest)
    break
  }
  case 'steady': {
    const { benchSteady } = await import('./steady.ts')
    await benchSteady(rest)
    break
  }
  case 'dashboard': {
    const { benchDashboard } = await import('./dashboard.ts')
    await benchDashboard(rest)
    break
  }
  case 'dashboard-clients': {
    const { benchDashboardClients } = await import('./dashboard-clients.ts')
    await benchDashboardClients(rest)
    break
  }
  case 'ingress': {
    const { benchIngress } = await import('./ingress.ts')
    await benchIngress(rest)
    break
  }
  default:
    stderr.write('usage: npm run bench -- planner [--hosts 10000,100000]\n')
    stderr.write('       npm run bench -- action [ROUNDS]\n')
    stderr.write('       npm run bench -- fanout [--hosts N] [--parallel P] [--rounds R] [--server S] [--rivals a,b]\n')
    stderr.write('       npm run bench -- reaction [--hosts N] [--parallel P]\n')
    stderr.write('       npm run bench -- steady [--rate PER_SECOND] [--seconds S]\n')
    stderr.write('       npm run bench -- dashboard [--hosts N] [--changed N] [--rounds R]\n')
    stderr.write('       npm run bench -- dashboard-clients [--hosts N] [--clients C] [--parallel P] [--rounds R]\n')
    stderr.write(
      '       npm run bench -- ingress [--way http|socket] [--rate PER_SECOND] [--seconds S] [--hosts N] [--parallel P]\n',
    )
    exit(2)
}
