// The process of a bare loop: one connection a host, P at a time, exit code 0 of every exec or it did not happen.

import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import ssh2 from 'ssh2'
import { type BenchHost, threeSteps } from './job.ts'
import { startReport } from './own-report.ts'
import { readJob } from './read-job.ts'

const job = readJob(process.argv[2] ?? '')
const scripts = process.argv[3] === 'apart' ? threeSteps(job) : [threeSteps(job).join(' && ')]
const hostKey = Buffer.from(job.hostKeyLine.split(' ')[1] ?? '', 'base64')
const key = ssh2.utils.parseKey(readFileSync(job.identityFile))
if (key instanceof Error) throw key
const parsedKey = key
const algorithms: ssh2.Algorithms = {
  kex: [process.argv[4] === 'ecdh-sha2-nistp256' ? 'ecdh-sha2-nistp256' : 'curve25519-sha256'],
  cipher: ['aes128-gcm@openssh.com'],
  serverHostKey: ['ssh-ed25519'],
  compress: ['none'],
}

const report = startReport()
let next = 0
let failed = 0
await Promise.all(Array.from({ length: job.parallel }, work))
report({ failed })
process.exitCode = failed === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let host = job.hosts[next++]; host; host = job.hosts[next++]) {
    if ((await deploy(host)) !== 0) failed += 1
  }
}

function deploy(host: BenchHost): Promise<number | undefined> {
  const client = new ssh2.Client()
  return new Promise((resolve) => {
    client.on('error', () => {}).once('close', () => resolve(undefined))
    client.once('ready', () => {
      void runAll(client).then((code) => {
        client.end()
        resolve(code)
      })
    })
    client.connect({
      sock: connect({ host: host.address, port: host.port, noDelay: true }),
      username: host.user,
      authHandler: [withKey(host.user)],
      hostVerifier: (offered: Buffer) => offered.equals(hostKey),
      algorithms,
    })
  })
}

async function runAll(client: ssh2.Client): Promise<number | undefined> {
  for (const script of scripts) {
    const code = await run(client, script)
    if (code !== 0) return code
  }
  return 0
}

function run(client: ssh2.Client, script: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    client.exec(script, (error, channel) => {
      if (error) return resolve(undefined)
      let code: number | undefined
      channel.on('exit', (value: number | null) => {
        code = value ?? undefined
      })
      channel.once('close', () => resolve(code))
      channel.resume()
      channel.stderr.resume()
    })
  })
}

/** The key is parsed once, not for every connection. */
function withKey(username: string): ssh2.AnyAuthMethod {
  return { type: 'publickey', username, key: parsedKey }
}
