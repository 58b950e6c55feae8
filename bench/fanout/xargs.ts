// Rival: `xargs -P ssh`, what an operator types when there is no tool. One connection a host with all three steps.

import { threeSteps } from './job.ts'
import { isOnPath } from './on-path.ts'
import type { Rival } from './rival.ts'
import { sshOptions } from './ssh-options.ts'

export const xargs: Rival = {
  name: 'xargs-ssh',
  missing: () => ['xargs', 'ssh'].filter((program) => !isOnPath(program)).map((one) => `${one} is not installed`)[0],
  async command(job) {
    const [first] = job.hosts
    const ssh = ['ssh', ...sshOptions(job), '-n', '-p', String(first?.port), '-l', first?.user ?? '', '{}']
    return {
      file: 'xargs',
      args: ['-P', String(job.parallel), '-I', '{}', ...ssh, threeSteps(job).join(' && ')],
      input: job.hosts.map((host) => `${host.address}\n`).join(''),
    }
  },
}
