// Rival: Ansible at its best for this work: `raw` tasks (no Python on the hosts), pipelining, the free strategy, ControlPersist.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Job, threeSteps } from './job.ts'
import { isOnPath } from './on-path.ts'
import type { Rival } from './rival.ts'
import { sshOptions } from './ssh-options.ts'

export const ansible: Rival = {
  name: 'ansible-raw',
  missing: () => (isOnPath('ansible-playbook') ? undefined : 'ansible-playbook is not installed'),
  async command(job) {
    // Its own and empty: the machine's settings must not count.
    await writeFile(join(job.scratch, 'ansible.cfg'), '')
    const inventory = join(job.scratch, 'inventory.ini')
    const playbook = join(job.scratch, 'playbook.json')
    await mkdir(join(job.scratch, 'cp'), { recursive: true })
    await writeFile(inventory, `[all]\n${job.hosts.map(inventoryLine).join('')}`)
    // JSON is YAML, and needs no care with quotes.
    await writeFile(playbook, JSON.stringify([play(job)]))
    return { file: 'ansible-playbook', args: ['-i', inventory, playbook], env: settings(job) }
  },
}

function inventoryLine({ name, address, port, user }: Job['hosts'][number]): string {
  return `${name} ansible_host=${address} ansible_port=${port} ansible_user=${user}\n`
}

function play(job: Job): object {
  const tasks = threeSteps(job).map((raw) => ({ raw }))
  return { hosts: 'all', gather_facts: false, strategy: 'free', tasks }
}

function settings(job: Job): Record<string, string> {
  return {
    ANSIBLE_CONFIG: join(job.scratch, 'ansible.cfg'),
    ANSIBLE_HOME: job.scratch,
    ANSIBLE_LOCAL_TEMP: job.scratch,
    ANSIBLE_FORKS: String(job.parallel),
    ANSIBLE_PIPELINING: 'True',
    ANSIBLE_HOST_KEY_CHECKING: 'True',
    ANSIBLE_SSH_ARGS: [...sshOptions(job), '-o', 'ControlMaster=auto', '-o', 'ControlPersist=60s'].join(' '),
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(job.scratch, 'cp'),
    ANSIBLE_STDOUT_CALLBACK: 'minimal',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_DEPRECATION_WARNINGS: 'False',
    LC_ALL: 'C.UTF-8',
  }
}
