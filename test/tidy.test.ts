// The house rules, read from the sources: who may import whom (DESIGN.md's table) and how a file looks (STYLE.md). Every
// rule is also shown a sample that breaks it, because a rule that cannot fail keeps nothing tidy.

import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { arrowFault, arrowFaults } from './support/tidy-arrows.ts'
import {
  bannedName,
  barrel,
  defaultExport,
  type File,
  noOpening,
  RULES,
  type Rule,
  tooLong,
  unsteadyCore,
} from './support/tidy-files.ts'
import { importsOf } from './support/tidy-imports.ts'

const root = path.join(import.meta.dirname, '..')

function read(pattern: string): File[] {
  const files = globSync(pattern, { cwd: root }).map((file) => file.replaceAll(path.sep, '/'))
  return files.sort().map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))
}

const sources = read('{src,action/src}/**/*.{ts,mjs}')

describe('src/ and action/src/', () => {
  it('has sources, and the scanner sees their imports', () => {
    expect(sources.length).toBeGreaterThan(20)
    const transition = sources.find(({ file }) => file === 'src/core/transition.ts')
    expect(importsOf(transition?.text ?? '').map(({ target }) => target)).toContain('./tally.ts')
  })

  it('has only arrows that the table allows', () => {
    expect(arrowFaults(sources.map(({ file, text }) => ({ file, imports: importsOf(text) })))).toEqual([])
  })

  it.each(RULES.map((rule) => [rule.name, rule] as const))('breaks no rule: %s', (_, rule) => {
    expect(sources.map(rule).filter((fault) => fault !== undefined)).toEqual([])
  })

  it('has a median file of at most 60 lines', () => {
    expect(median(sources.map(({ text }) => text.trimEnd().split('\n').length))).toBeLessThanOrEqual(60)
  })
})

describe('test/ and bench/', () => {
  const others = read('{test,bench}/**/*.ts')
  it.each([tooLong, defaultExport, barrel, bannedNameUnlessTest, noOpening].map((rule) => [rule.name, rule] as const))(
    'breaks no rule: %s',
    (_, rule) => {
      expect(others.map(rule).filter((fault) => fault !== undefined)).toEqual([])
    },
  )
})

function bannedNameUnlessTest({ file, text }: File): string | undefined {
  return bannedName({ file: file.replace(/\.test\.ts$/, '.ts'), text })
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

describe('importsOf', () => {
  const cases: [source: string, targets: (string | undefined)[]][] = [
    ["import { a } from './a.ts'", ['./a.ts']],
    ["import type { A } from './a.ts'", ['./a.ts']],
    ["import {\n  a,\n  type B,\n} from './a.ts'", ['./a.ts']],
    ["import * as a from 'a'", ['a']],
    ["import a, { b } from 'a'", ['a']],
    ["import 'a'", ['a']],
    ["export * from './a.ts'", ['./a.ts']],
    ["export type { A } from './a.ts'", ['./a.ts']],
    ["const a = await import('./a.ts')", ['./a.ts']],
    ["let a: import('./a.ts').A", ['./a.ts']],
    ['const a = await import(name)', [undefined]],
    ["const a = require('a')", ['a']],
    ["new Worker(new URL('./a.ts', import.meta.url))", ['./a.ts']],
    ["// import { a } from './a.ts'", []],
    ["/* import { a }\nfrom './a.ts' */", []],
    ["const s = '//'\nimport { a } from './a.ts'", ['./a.ts']],
    ["const s = /['\"]/\nimport { a } from './a.ts'", ['./a.ts']],
    ["import { a } from './a.ts' // one\nimport { b } from './b.ts'", ['./a.ts', './b.ts']],
    ["const url = 'http://x'; const b = await import('b')", ['b']],
  ]
  it.each(cases)('%s', (source, targets) => {
    expect(importsOf(source).map(({ target }) => target)).toEqual(targets)
  })

  it('tells types from values', () => {
    const typeOnly = (source: string) => importsOf(source).map((each) => each.typeOnly)
    expect(typeOnly("import type { A } from './a.ts'")).toEqual([true])
    expect(typeOnly("let a: import('./a.ts').A")).toEqual([true])
    expect(typeOnly("import { type A } from './a.ts'")).toEqual([false])
    expect(typeOnly("const a = await import('./a.ts')")).toEqual([false])
  })
})

describe('arrowFault', () => {
  const core = 'src/core/plan.ts'
  const config = 'src/config/convert.ts'
  const engine = 'src/engine/driver.ts'
  const ssh = 'src/adapters/ssh/connect.ts'
  const web = 'src/web/pages.ts'
  const cli = 'src/apps/cli/main.ts'
  const action = 'action/src/run-step.ts'
  const value = (target: string | undefined) => ({ target, typeOnly: false })
  const type = (target: string) => ({ target, typeOnly: true })

  it.each([
    [core, value('./share.ts')],
    [config, value('../core/strategy.ts')],
    [config, value('zod')],
    [engine, value('../core/transition.ts')],
    [engine, type('../config/convert.ts')],
    [ssh, value('../../engine/ports.ts')],
    [ssh, value('../../core/plan.ts')],
    [ssh, value('./quote.ts')],
    [ssh, value('ssh2')],
    [ssh, value('node:net')],
    ['src/adapters/postgres/migrations/0001.ts', value('../database.ts')],
    ['src/adapters/postgres/store.ts', value('kysely/migration')],
    ['src/adapters/github/checks.ts', value('@octokit/core')],
    [web, value('../core/report.ts')],
    [web, value('hono/html')],
    [cli, value('../../adapters/ssh/connect.ts')],
    [cli, value('../demo/fleet.ts')],
    [cli, value('commander')],
    [action, value('../../src/adapters/ssh/connect.ts')],
    [action, value('./direct/recollect.ts')],
    [action, value('esbuild')],
  ])('%s may import %o', (file, arrow) => {
    expect(arrowFault(file, arrow)).toBeUndefined()
  })

  it.each([
    [core, value('node:crypto')],
    [core, value('crypto')],
    [core, type('node:fs')],
    [core, value('zod')],
    [core, type('../engine/ports.ts')],
    [core, value('./share')],
    [core, value(undefined)],
    [config, value('node:fs')],
    [config, value('commander')],
    [config, type('../engine/ports.ts')],
    [engine, value('../config/convert.ts')],
    [engine, value('node:crypto')],
    [engine, value('pg')],
    [engine, type('../adapters/ssh/connect.ts')],
    [engine, value('../apps/cli/main.ts')],
    [ssh, value('../../engine/driver.ts')],
    [ssh, type('../../config/convert.ts')],
    [ssh, value('../postgres/database.ts')],
    [ssh, type('../postgres/database.ts')],
    [ssh, value('kysely')],
    [ssh, value('ssh2-extra')],
    [ssh, value('../../apps/demo/fleet.ts')],
    ['src/adapters/new/thing.ts', value('ssh2')],
    ['src/adapters/loose.ts', value('../core/plan.ts')],
    ['src/loose.ts', value('./core/plan.ts')],
    [core, value('../loose.ts')],
    [web, value('../adapters/postgres/database.ts')],
    [web, value('../engine/engine.ts')],
    [web, value('../apps/cli/main.ts')],
    [cli, value('../../../test/support/plan-of.ts')],
    [cli, value('../../../action/src/way.ts')],
    [action, value('../../test/support/plan-of.ts')],
  ])('%s must not import %o', (file, arrow) => {
    expect(arrowFault(file, arrow)).toContain(file)
  })
})

describe('rules of one file', () => {
  const opening = '// A file: it opens with a sentence.\n'
  const bad: [rule: Rule, samples: Partial<File>[]][] = [
    [tooLong, [{ text: 'a\n'.repeat(301) }]],
    [defaultExport, [{ text: 'export default 1' }, { text: 'export { a as default }' }]],
    [
      barrel,
      [
        { text: `${opening}export * from './a.ts'\nexport { b } from './b.ts'` },
        { text: "export type { A } from './a.ts'" },
      ],
    ],
    [
      bannedName,
      ['utils', 'helpers', 'ssh-helper', 'manager', 'service', 'types', 'makePlan', 'Plan', 'make_plan'].map(
        (name) => ({
          file: `src/core/${name}.ts`,
        }),
      ),
    ],
    [
      noOpening,
      [
        { text: "import a from 'a'" },
        { text: '' },
        { text: '// eh' },
        { text: '#!/usr/bin/env node\nconst a = 1' },
        { text: '/* */ const a = 1' },
      ],
    ],
    [
      unsteadyCore,
      ['Date.now()', 'new Date()', 'Math.random()', 'performance.now()', 'setTimeout(a, 1)', 'fetch(a)'].map(
        (text) => ({ text }),
      ),
    ],
  ]
  it.each(bad.flatMap(([rule, samples]) => samples.map((sample) => [rule.name, sample, rule] as const)))(
    '%s finds %o',
    (_, sample, rule) => {
      expect(rule({ file: 'src/core/a.ts', text: opening, ...sample })).toContain('src/core/')
    },
  )

  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s lets a good file be', (_, rule) => {
    const text = `${opening}import { b } from './b.ts'\nexport { c } from './c.ts'\n// export default, Date.now()\nexport const a = b\n`
    expect(rule({ file: 'src/core/make-plan.ts', text })).toBeUndefined()
  })
})
