// How large the workflow steps are, and how long one takes from its start to its first request: to a server for the job's
// identity, or to a host without a server. Everything listens on loopback.

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ssh2 from 'ssh2'
import { VERBS } from '../action/src/contract.ts'
import { variableOf } from '../action/src/inputs.ts'
import { machine, median, print } from './print.ts'

const ACTION = fileURLToPath(new URL('../action', import.meta.url))

/** `rounds`: starts of each kind. */
export async function benchAction([rounds = '15']: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'houston-bench-action-'))
  const heard = { call: (_at: number) => {} }
  // Whoever connects is heard, and hears nothing: the first request is all that counts.
  const server = createServer((socket) => {
    heard.call(performance.now())
    socket.on('error', () => {}).destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  try {
    const startOf = async (inputs: Inputs) => {
      const times: number[] = []
      for (let round = 0; round < Number(rounds); round++)
        times.push(await firstRequestMs({ inputs, port, folder, heard }))
      return median(times)
    }
    print({
      bench: 'action',
      ...machine(),
      stepBytes: Object.fromEntries(VERBS.map((verb) => [verb, sizeOf(`${verb}/dist/main.js`)])),
      directBytes: sizeOf('direct/dist/direct.js'),
      serverFirstRequestMs: await startOf({ environment: 'production', server: 'https://houston.acme.dev' }),
      directFirstRequestMs: await startOf(directInputs(folder, port)),
    })
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Inputs = Readonly<Record<string, string>>
type Start = { inputs: Inputs; port: number; folder: string; heard: { call: (at: number) => void } }

async function firstRequestMs({ inputs, port, folder, heard }: Start): Promise<number> {
  const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variableOf(name), value]))
  const identity = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'token',
  }
  const first = new Promise<number>((resolve) => {
    heard.call = resolve
  })
  const began = performance.now()
  const child = spawn(process.execPath, [join(ACTION, 'deploy/dist/main.js')], {
    env: { GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder, ...identity, ...given },
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const at = await Promise.race([first, ended.then(() => Number.NaN)])
  child.kill('SIGKILL')
  await ended
  return at - began
}

function directInputs(folder: string, port: number): Inputs {
  mkdirSync(join(folder, '.github'))
  const host = JSON.stringify({ name: 'web1', address: '127.0.0.1', port, user: 'deploy' })
  const environments = `environments: { production: { zones: { a: [${host}] } } }`
  const yml = `application: shop\nrelease: { from: none, directory: /srv/shop }\nrecipe: { start: "true" }\n${environments}\n`
  writeFileSync(join(folder, '.github/houston.yml'), yml)
  const key = ssh2.utils.generateKeyPairSync('ed25519')
  const known = `[127.0.0.1]:${port} ${key.public}`
  return { environment: 'production', mode: 'direct', 'ssh-key': key.private, 'known-hosts': known }
}

function sizeOf(file: string): number {
  return statSync(join(ACTION, file)).size
}
