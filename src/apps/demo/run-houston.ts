// Runs one command of Houston as a person would: the same program, in the demo's folder, in a process of its own.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type Ran = { exitCode: number; stdout: string }

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

/** `show`: the command's screen is this process's. Otherwise its stdout is kept and its stderr dropped. */
export function runHouston(input: {
  args: readonly string[]
  folder: string
  show: boolean
  signal: AbortSignal
}): Promise<Ran> {
  const { args, folder, show, signal } = input
  return new Promise((resolve, reject) => {
    const stdio = show ? (['ignore', 'inherit', 'inherit'] as const) : (['ignore', 'pipe', 'ignore'] as const)
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: [...stdio], env: cleanEnvironment() })
    const stop = () => child.kill('SIGTERM')
    signal.addEventListener('abort', stop, { once: true })
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop)
      resolve({ exitCode: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') })
    })
  })
}

/** The demo has its own store and settings, whatever the person who starts it has configured. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, HOUSTON_DATA: __, HOUSTON_SETTINGS: ___, ...env } = process.env
  return env
}
