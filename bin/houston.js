#!/usr/bin/env node
// Starts Houston on a Node that can run it. Plain JavaScript that Node 14 can parse; it must not import anything of src/.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24
const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'src', 'apps', 'cli', 'main.ts')

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) await import(main)
else runOnPrivateNode()

function runOnPrivateNode() {
  const node = privateNode()
  if (!node) {
    process.stderr.write(
      `houston needs Node ${NEEDED_MAJOR} or newer; this is ${process.version} and no private copy is installed.\n` +
        `Run \`npm ci\` in Houston's folder (it brings one on Linux), or start Houston with a newer Node.\n`,
    )
    process.exit(2)
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group: the child decides; the others are passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code))
}

function privateNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}
