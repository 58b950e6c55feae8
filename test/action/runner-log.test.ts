// The log: nothing that somebody else wrote commands the runner. The reader of commands here is as greedy as the runner's.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert, openRunnerLog } from '../../action/src/runner-log.ts'
import { hostileText } from '../support/hostile-text.ts'
import { hearCommands } from '../support/runner-reads.ts'

const COMMANDS = [
  '::set-output name=a::b',
  '  ::add-mask::x',
  '##[error]x',
  'a ##[set-env name=A]b',
  '::stop-commands::t',
  '::endgroup::',
  '\r::error::x',
  '\u2028::error::x',
  '::debug::\n::warning::',
  '%0A::error::x',
  'x,file=/etc/passwd,line=1',
]
const text = fc.oneof(
  fc.constantFrom(...COMMANDS),
  hostileText,
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...COMMANDS, '\n', '\r', ' ', 'x', ':', ',', '#', '[', ']')).map((parts) => parts.join('')),
)

function written(act: (log: ReturnType<typeof openRunnerLog>) => void): string {
  let all = ''
  act(
    openRunnerLog((chunk) => {
      all += chunk
    }),
  )
  return all
}

function names(log: string): string[] {
  return hearCommands(log).map(({ name }) => name)
}

describe('the reader of this test', () => {
  it.each(COMMANDS.slice(0, 4))('hears %s', (line) => {
    expect(names(line)).toHaveLength(1)
  })
})

describe('openRunnerLog', () => {
  it('commands nothing by what it says', () => {
    fc.assert(
      fc.property(text, (line) => {
        expect(names(written((log) => log.say(line)))).toEqual([])
        expect(inert(line)).not.toMatch(/[\r\n]/)
      }),
    )
  })

  it('commands a group and nothing else, whatever is quoted in it', () => {
    fc.assert(
      fc.property(text, text, (title, quoted) => {
        const log = written((to) => to.quote(title, quoted))
        expect(names(log)).toEqual(['group', 'endgroup'])
        expect(hearCommands(`${log}::error::after`).at(-1)?.name).toBe('error')
      }),
    )
  })

  it('annotates with what was written, and with nothing else', () => {
    fc.assert(
      fc.property(text, text, (title, message) => {
        const heard = hearCommands(written((log) => log.annotate('warning', title, message)))
        expect(heard.map(({ name }) => name)).toEqual(['warning'])
        expect(heard[0]?.properties).toMatch(/^title=[^,:]*$/)
      }),
    )
  })

  it('masks each line of a secret, but no line so short that it hides everything', () => {
    const log = written((to) => to.mask('-----BEGIN-----\nabcdefgh\n==\n'))
    expect(hearCommands(log).map(({ data }) => data)).toEqual(['-----BEGIN-----', 'abcdefgh'])
  })
})
