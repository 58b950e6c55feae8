// Outputs and summary: whatever a value holds, the runner reads back that value and no other.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OUTPUTS, type Outputs } from '../../action/src/contract.ts'
import { openRunnerFiles } from '../../action/src/runner-files.ts'
import { hostileText } from '../support/hostile-text.ts'
import { readOutputs } from '../support/runner-reads.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'houston-files-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const forged = fc.constantFrom('state<<end\nsucceeded\nend', 'url=https://evil.example', '\nend-\n', '')
const value = fc.oneof(hostileText, forged).map((text) => text.toWellFormed())

it('gives every output back as it was, and none besides', () => {
  let run = 0
  fc.assert(
    fc.property(fc.array(value, { minLength: OUTPUTS.length, maxLength: OUTPUTS.length }), (values) => {
      const outputs = Object.fromEntries(OUTPUTS.map((name, index) => [name, values[index] ?? ''])) as Outputs
      const file = join(folder, `output-${run++}`)
      openRunnerFiles({ GITHUB_OUTPUT: file }).output(outputs)
      expect(readOutputs(readFileSync(file, 'utf8'))).toEqual(outputs)
    }),
  )
})

it('keeps the summary below a mebibyte, and cuts it between lines', () => {
  const file = join(folder, 'summary')
  openRunnerFiles({ GITHUB_STEP_SUMMARY: file }).summary(`\`${'🚀'.repeat(50)}\`\n`.repeat(20_000))
  const written = readFileSync(file)
  expect(written.length).toBeLessThan(1024 * 1024)
  const lines = written.toString().trimEnd().split('\n')
  expect(lines.slice(0, -1).every((line) => line.endsWith('`'))).toBe(true)
})

it('writes nothing where the runner named no file', () => {
  expect(() => openRunnerFiles({}).summary('text')).not.toThrow()
})
