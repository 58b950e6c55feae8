// Command lines, as they are typed: help, usage, configuration. Nothing here opens a store.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeProgram } from '../../../src/apps/cli/program.ts'
import { runCli } from '../../../src/apps/cli/run-cli.ts'
import { appOf, type Wanted } from './app-of.ts'

let folder: string

const FILE = `application: shop
release: { from: none }
environments:
  staging: { zones: { eu: ["web[01-02].staging.acme.dev"] } }
  production: { zones: { eu: ["web[01-40].acme.dev"], us: ["web[41-60].acme.dev"] } }
`

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'houston-run-'))
  mkdirSync(join(folder, '.github'))
  writeFileSync(join(folder, '.github', 'houston.yml'), FILE)
  writeFileSync(join(folder, 'broken.yml'), FILE.replace('release:', 'relaese:').replace('web[01-02]', 'web[02-01]'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(words: string[], wanted: Wanted = {}) {
  const app = appOf({ cwd: folder, ...wanted })
  const code = await runCli(words, app)
  return { code, out: app.stdout(), err: app.stderr() }
}

describe('help', () => {
  const names = makeProgram(appOf(), () => {})
    .commands.map((each) => each.name())
    .filter((name) => !name.startsWith('_'))
  it('lists every word of the product', () => {
    const wanted =
      'plan deploy rollback halt resume continue retry abort skip lock unlock status history where hosts log audit validate schema doctor demo completion'
    expect(names).toEqual(expect.arrayContaining(wanted.split(' ')))
  })

  it.each(names.filter((name) => name !== 'help'))('of %s has a sentence and an example', async (name) => {
    const { code, out } = await run([name, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^Usage: houston \w+.*\n\n\w.{10}/)
    expect(out).toContain('Examples:')
    expect(out).toContain(`houston ${name}`)
  })

  it('says which Houston it is', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it('is what comes without a command, and names the exit codes', async () => {
    const { code, out } = await run([])
    expect(code).toBe(0)
    expect(out).toContain('Exit codes: 0 ok')
  })
})

describe('usage', () => {
  const cases: [string, string[], number, RegExp][] = [
    ['an unknown word', ['deplyo'], 2, /unknown command 'deplyo'[\s\S]*deploy/],
    ['an unknown option', ['status', '--fast'], 2, /unknown option '--fast'/],
    ['a missing host', ['skip', 'prod'], 2, /missing required argument 'host'/],
    ['too many words', ['deploy', 'prod', 'r1', 'r2'], 2, /too many arguments/],
    ['no environment', ['deploy', '--yes'], 2, /No environment was named[\s\S]*one of: staging, production/],
    ['an unknown environment', ['plan', 'prodcution'], 2, /no environment "prodcution"[\s\S]*production/],
    ['nobody to ask', ['deploy', 'prod', 'r1'], 2, /starts only with --yes[\s\S]*houston deploy production --yes/],
    ['a person who must not be asked', ['deploy', 'prod', 'r1', '--no-input'], 2, /--yes/],
    ['a release with a semicolon', ['deploy', 'prod', 'v1;touch x', '--yes'], 2, /"v1;touch x" cannot name a release/],
    ['a release that is a path', ['deploy', 'prod', '../r1', '--yes'], 2, /cannot name a release/],
    ['a release like an option', ['deploy', 'prod', '--yes', '--', '--upload-pack=x'], 2, /cannot name a release/],
    ['a release with bidi marks', ['plan', 'prod', 'r\u202e1'], 2, /"r\\u\{202e\}1" cannot/],
    ['no release and no git', ['plan', 'prod'], 2, /The release has no name[\s\S]*houston deploy production <release>/],
    ['no data directory', ['status', 'prod'], 4, /no data directory[\s\S]*next/],
    ['a lock for a time that is none', ['lock', 'prod', '--for', 'soon'], 2, /a duration like 2h/],
    ['a moment that is none', ['history', 'prod', '--at', '2026-02-31'], 2, /"2026-02-31" is no moment/],
    ['a limit that is none', ['history', 'prod', '--limit', '0'], 2, /1 to 10000/],
    ['a settings file that is not there', ['status', '--settings', 'x.yml'], 2, /no settings file x.yml/],
    ['a configuration that is not there', ['validate', '--file', 'none.yml'], 2, /There is no none.yml/],
  ]
  it.each(cases)('%s', async (_, words, code, said) => {
    const result = await run(words)
    expect(result.err).toMatch(said)
    expect(result.code).toBe(code)
    expect(result.out).toBe('')
    expect(result.err).not.toMatch(/\n\s+at /)
  })

  it('says the same as JSON to a program', async () => {
    const { code, out, err } = await run(['plan', 'nowhere', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      kind: 'summary',
      exit_code: 2,
      message: expect.stringContaining('nowhere'),
    })
    expect({ code, err }).toEqual({ code: 2, err: '' })
  })

  it('never runs what a ref says', async () => {
    execFileSync('git', ['init', '-q', folder])
    const canary = join(folder, 'canary')
    for (const ref of [
      `$(touch ${canary})`,
      `\`touch ${canary}\``,
      `x;touch ${canary}`,
      `x\ntouch ${canary}`,
      `|touch ${canary}`,
    ])
      expect((await run(['plan', 'prod', ref])).code).toBe(2)
    expect(existsSync(canary)).toBe(false)
  })
})

describe('validate and schema', () => {
  it('counts what is good', async () => {
    const { code, out } = await run(['validate'])
    expect(code).toBe(0)
    expect(out).toContain('production: 60 hosts in 2 zones')
  })

  it('shows every fault with its place', async () => {
    const { code, out, err } = await run(['validate', '--file', 'broken.yml'])
    expect(code).toBe(2)
    expect(out).toMatch(/broken\.yml:2:1: .*relaese/)
    expect(out).toMatch(/broken\.yml:4:\d+: .*02-01/)
    expect(out).toContain('^')
    expect(err).toContain('3 faults')
  })

  it('is JSON on demand', async () => {
    expect(JSON.parse((await run(['validate', '--json'])).out)).toMatchObject({ ok: true, application: 'shop' })
    expect(JSON.parse((await run(['validate', '--json', '--file', 'broken.yml'])).out)).toMatchObject({ ok: false })
    expect(JSON.parse((await run(['schema'])).out)).toMatchObject({ title: 'houston.yml' })
  })
})

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('has a script for %s', async (shell) => {
    const { code, out } = await run(['completion', shell])
    expect(code).toBe(0)
    expect(out).toContain('__complete')
  })

  const cases: [string[], string[]][] = [
    [['1', 'houston', 'ro'], ['rollback']],
    [['2', 'houston', 'deploy', 'p'], ['production']],
    [
      ['2', 'houston', 'deploy', ''],
      ['staging', 'production'],
    ],
    [
      ['3', 'houston', 'log', 'staging', 'web0'],
      ['web01.staging.acme.dev', 'web02.staging.acme.dev'],
    ],
    [
      ['2', 'houston', 'completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['2', 'houston', 'where', ''], []],
    [['2', 'houston', '--yes', '-'], []],
  ]
  it.each(cases)('of %j', async (words, found) => {
    expect((await run(['__complete', ...words])).out.split('\n').filter((line) => line !== '')).toEqual(found)
  })
})
