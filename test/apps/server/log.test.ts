// Every line of the log is one object, or one line for a person; neither holds a secret or moves a cursor.

import { expect, it } from 'vitest'
import { openLog } from '../../../src/apps/server/log.ts'

function lines(terminal: boolean): { log: ReturnType<typeof openLog>; said: string[] } {
  const said: string[] = []
  const write = (line: string) => said.push(line)
  return { log: openLog({ write, terminal, secrets: ['hunter22'], now: () => 0 }), said }
}

it('is one JSON object a line', () => {
  const { log, said } = lines(false)
  log.warn('a drive failed', { rollout: 'r1', reason: 'bad\npassword hunter22', waitMs: 5 })
  expect(said.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ time: '1970-01-01T00:00:00.000Z', level: 'warn', message: 'a drive failed' },
      ...{ rollout: 'r1', reason: 'bad\npassword [REDACTED]', waitMs: 5 },
    },
  ])
  expect(said[0]?.split('\n')).toHaveLength(2)
})

it('is a line for a person on a terminal, and inert there', () => {
  const { log, said } = lines(true)
  log.error('gone hunter22', { reason: 'a\x1b[2Jb\nc' })
  expect(said).toEqual(['00:00:00 error gone [REDACTED] reason=a\\x1b[2Jb\\x0ac\n'])
})
