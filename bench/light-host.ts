// A host that only says what Houston's script would have said had it run. It must be kept in step with the host protocol;
// a bench run fails when it is not.

import type { ServerChannel } from 'ssh2'

const STEPS = ['fetch', 'switch', 'start']

/** Reads the script to its last line, and answers it as a success. */
export function answerScript(channel: ServerChannel, done: () => void): void {
  let text = ''
  channel.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (!text.endsWith('main; exit\n')) return
    const isRun = text.includes("\nrollout='")
    channel.stderr.write(isRun ? runAnswer(text) : probeAnswer(text))
    if (isRun) done()
    channel.exit(0)
    channel.end()
  })
}

function runAnswer(script: string): string {
  const steps = STEPS.map((step) => `step ${step}`)
  const release = assigned('release', script)
  return lines(script, ['hello', 'begun', ...steps, 'ran ok - 0', `result ok - 0 ${release} end`])
}

function probeAnswer(script: string): string {
  return lines(script, ['hello', 'probed'])
}

function lines(script: string, words: readonly string[]): string {
  const nonce = assigned('nonce', script)
  return words.map((word) => `houston-${nonce} ${word}\n`).join('')
}

function assigned(name: string, script: string): string {
  return new RegExp(`^${name}='([^']*)'$`, 'm').exec(script)?.[1] ?? ''
}
