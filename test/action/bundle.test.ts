// The bundles that are checked in are what the sources make: whoever reads the sources knows what runs.

import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundle } from '../../action/src/bundle.ts'

const checkedIn = fileURLToPath(new URL('../../action', import.meta.url))
let made: string
beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'houston-bundle-'))
  await bundle(made)
})
afterAll(() => rmSync(made, { recursive: true, force: true }))

function filesOf(folder: string): Map<string, string> {
  const files = globSync('*/dist/**/*.{js,sh,txt}', { cwd: folder }).sort()
  return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
}

it('is checked in as the sources make it (npm run bundle makes it anew)', () => {
  const [is, should] = [filesOf(checkedIn), filesOf(made)]
  expect([...is.keys()]).toEqual([...should.keys()])
  expect(should.size).toBeGreaterThan(4)
  const drifted = [...should].filter(([file, text]) => is.get(file) !== text).map(([file]) => file)
  expect(drifted, 'run: npm run bundle').toEqual([])
})

it('names no place of the machine that made it', () => {
  for (const text of filesOf(made).values())
    expect(text).not.toContain(fileURLToPath(new URL('../..', import.meta.url)))
})
