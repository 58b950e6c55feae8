// Rival: SSHKit, the engine under Capistrano and Kamal: three `execute` a host, groups of P hosts.

import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Job, threeSteps } from './job.ts'
import { isOnPath } from './on-path.ts'
import type { Rival } from './rival.ts'

export const sshkit: Rival = {
  name: 'sshkit',
  missing() {
    if (!isOnPath(RUBY)) return 'ruby is not installed'
    // Net::SSH needs these two gems for ed25519 keys.
    const gems = spawnSync(RUBY, ['-e', 'require "sshkit"; require "ed25519"; require "bcrypt_pbkdf"'])
    return gems.status === 0 ? undefined : 'the gems sshkit, ed25519 and bcrypt_pbkdf are not installed'
  },
  async command(job) {
    const script = join(job.scratch, 'sshkit.rb')
    const settings = join(job.scratch, 'sshkit.json')
    await writeFile(script, SCRIPT)
    await writeFile(settings, JSON.stringify({ ...job, steps: threeSteps(job) } satisfies Job & { steps: string[] }))
    return { file: RUBY, args: [script, settings] }
  },
}

const RUBY = 'ruby'

const SCRIPT = `require "json"
require "sshkit"
require "sshkit/dsl"
include SSHKit::DSL

job = JSON.parse(File.read(ARGV[0]))
SSHKit.config.output = SSHKit::Formatter::BlackHole.new($stdout)
SSHKit.config.default_runner = :groups
SSHKit::Backend::Netssh.configure do |ssh|
  ssh.connection_timeout = 60
  ssh.ssh_options = {
    keys: [job["identityFile"]], keys_only: true, use_agent: false, config: false, auth_methods: ["publickey"],
    user_known_hosts_file: job["knownHostsFile"], global_known_hosts_file: "/dev/null", verify_host_key: :always,
    kex: ["ecdh-sha2-nistp256"], encryption: ["aes128-ctr"]
  }
end
hosts = job["hosts"].map { |h| SSHKit::Host.new(hostname: h["address"], port: h["port"], user: h["user"]) }
started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
steps = job["steps"]
on hosts, in: :groups, limit: job["parallel"], wait: 0 do
  steps.each { |step| execute(step) }
end
puts JSON.generate({ "workMs" => (Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1000 })
`
