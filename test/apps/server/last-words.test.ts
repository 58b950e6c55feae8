// A bug that nobody caught ends the process with one line of its log, without what its error carried.

import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const source = (path: string) => new URL(`../../../src/${path}`, import.meta.url).href
const TOKEN = `xoxb-${'1234567890-'.repeat(2)}canary`

function dieOf(deed: string) {
  const script = `
    import { sayLastWords } from '${source('apps/server/last-words.ts')}'
    import { openLog } from '${source('apps/server/log.ts')}'
    const write = (line) => process.stderr.write(line)
    sayLastWords(openLog({ write, terminal: false, secrets: [], now: () => 0 }))
    const fault = Object.assign(new Error('it was sent with Bearer ${TOKEN}'), { config: { headers: '${TOKEN}' } })
    ${deed}`
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
}

it.each([
  ['thrown', 'setTimeout(() => { throw fault })'],
  ['rejected', 'Promise.reject(fault)'],
])('%s', (_, deed) => {
  const { status, stderr, stdout } = dieOf(deed)
  expect(status).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(stderr)).toMatchObject({ level: 'error', reason: expect.stringContaining('it was sent with') })
  expect(stderr + stdout).not.toContain('canary')
})
