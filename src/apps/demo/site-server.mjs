// The demo's web application, as it is copied to hosts: plain JavaScript without dependencies. `server.mjs start` replaces
// the running one and returns when the new one listens; `server.mjs serve` is the server itself.

import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PATIENCE_MS = 5_000
const here = dirname(fileURLToPath(import.meta.url))
const shared = join(here, '..', '..', 'shared')
const pidFile = join(shared, 'site.pid')
const host = process.env.HOUSTON_FLEET_HOST
const address = process.env.HOUSTON_FLEET_ADDRESS
const port = Number(process.env.HOUSTON_FLEET_WEB_PORT)
const { release, faults } = JSON.parse(readFileSync(join(here, 'release.json'), 'utf8'))

if (process.argv[2] === 'start') start()
else serve()

function start() {
  mkdirSync(shared, { recursive: true })
  // One line a start, so that anybody can count how often it ran on this host.
  appendFileSync(join(shared, 'starts.log'), `${release}\n`)
  stopOld()
  const log = openSync(join(shared, 'site.log'), 'a')
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve'], {
    cwd: shared,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  server.once('message', (message) => {
    process.stdout.write(`${message}\n`)
    server.disconnect()
    server.unref()
  })
  server.once('exit', (code) => {
    process.stderr.write(`site ${release} ended with code ${code} before it listened: see shared/site.log\n`)
    process.exit(1)
  })
}

function stopOld() {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM')
  } catch {
    // None was started, or it has gone.
  }
  rmSync(pidFile, { force: true })
}

function serve() {
  if (faults[host] === 'refuses') {
    process.stderr.write(`site ${release}: the settings of ${host} lack "payments.endpoint"\n`)
    process.exit(78)
  }
  const server = createServer((request, response) => answer(request, response))
  const deadline = performance.now() + PATIENCE_MS
  // The old one may still be about to let go of the port.
  server.on('error', (error) => {
    if (error.code !== 'EADDRINUSE' || performance.now() > deadline) throw error
    setTimeout(() => server.listen(port, address), 10)
  })
  server.once('listening', () => {
    writeFileSync(pidFile, String(process.pid))
    process.send(`site ${release} listens on http://${address}:${port}/`)
  })
  process.on('SIGTERM', () => process.exit(0))
  server.listen(port, address)
}

function answer(request, response) {
  const ill = faults[host] === 'answers-500'
  response.statusCode = ill ? 500 : request.url === '/' || request.url === '/healthz' ? 200 : 404
  response.setHeader('content-type', 'application/json')
  response.end(`${JSON.stringify({ host, release, ...(ill && { error: 'no connection to the payment service' }) })}\n`)
}
