// A host that only says what Houston's script would have said had it run. It must be kept in step with the host protocol;
// a bench run fails when it is not.

import type { ServerChannel } from 'ssh2'

const STEPS = ['fetch', 'switch', 'start']

export type Begun = { rollout: string; host: string }

/** On hosts whose name ends with this, a release whose name begins with `bad` fails to start. */
const WEAK_HOST = '00'

/** Reads the script to its last line, and answers it: a success, but for bad releases on weak hosts. */
export function answerScript(channel: ServerChannel, begun: (run: Begun) => void): void {
  let text = ''
  channel.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (!text.endsWith('main; exit\n')) return
    const rollout = assigned('rollout', text)
    const host = /HOUSTON_HOST='([^']*)'/.exec(text)?.[1] ?? ''
    const fails = assigned('release', text).startsWith('bad') && host.endsWith(WEAK_HOST)
    if (rollout !== '') begun({ rollout, host })
    channel.stderr.write(rollout === '' ? probeAnswer(text) : runAnswer(text, fails))
    channel.exit(fails ? 1 : 0)
    channel.end()
  })
}

function runAnswer(script: string, fails: boolean): string {
  const steps = STEPS.map((step) => `step ${step}`)
  const outcome = fails ? 'failed start 1' : 'ok - 0'
  const installed = fails ? '-' : assigned('release', script)
  return lines(script, ['begun', ...steps, `ran ${outcome}`, `result ${outcome} ${installed} end`])
}

function probeAnswer(script: string): string {
  return lines(script, ['hello', 'probed'])
}

function lines(script: string, words: readonly string[]): string {
  const nonce = assigned('nonce', script)
  return words.map((word) => `houston-${nonce} ${word}\n`).join('')
}

function assigned(name: string, script: string): string {
  return new RegExp(`^_${name}='([^']*)'$`, 'm').exec(script)?.[1] ?? ''
}
