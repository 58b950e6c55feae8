// OpenSSH client options for the rivals that use it: no settings of the machine, a strict host key, the quickest cipher.

import type { Job } from './job.ts'

export function sshOptions(job: Job): string[] {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${job.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'PreferredAuthentications=publickey',
    'Ciphers=aes128-gcm@openssh.com',
    'KexAlgorithms=curve25519-sha256',
  ]
  return ['-F', '/dev/null', '-i', job.identityFile, ...options.flatMap((option) => ['-o', option])]
}
