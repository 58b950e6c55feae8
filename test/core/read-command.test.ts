// The one grammar: what people type, and what is meant.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Target } from '../../src/core/command.ts'
import { VERBS } from '../../src/core/command-grammar.ts'
import { explainMistake } from '../../src/core/explain-mistake.ts'
import { type Known, readAfterDeploy, readCommand } from '../../src/core/read-command.ts'

const target = (application: string, environment: string): Target => ({ application, environment })
const production = target('storefront', 'production')
const known: Known = {
  targets: [production, target('storefront', 'staging'), target('blog', 'staging'), target('blog', 'prod-eu')],
  home: 'storefront',
}
const plainDeploy = { verb: 'deploy', plan: false, all: false, backwards: false }

describe('what is meant', () => {
  const rows: [string, unknown][] = [
    ['deploy production', { ...plainDeploy, target: production }],
    ['DEPLOY produ', { ...plainDeploy, target: production }],
    ['deploy production v1.4.2', { ...plainDeploy, target: production, ref: 'v1.4.2' }],
    ['deploy storefront prod v1.4.2', { ...plainDeploy, target: production, ref: 'v1.4.2' }],
    ['deploy blog staging', { ...plainDeploy, target: target('blog', 'staging') }],
    ['deploy staging', { ...plainDeploy, target: target('storefront', 'staging') }],
    ['deploy production --plan', { ...plainDeploy, target: production, plan: true }],
    ['deploy production —plan', { ...plainDeploy, target: production, plan: true }],
    [
      'deploy production feature/x --all --reason "at last, it’s done"',
      {
        ...{ ...plainDeploy, target: production, ref: 'feature/x', all: true, reason: 'at last, it’s done' },
      },
    ],
    ['deploy production --reason=“smart quotes”', { ...plainDeploy, target: production, reason: 'smart quotes' }],
    ['deploy production $(touch canary)', { reason: 'word-too-many', word: 'canary)' }],
    ['deploy production ;id', { ...plainDeploy, target: production, ref: ';id' }],
    ['rollback production', { verb: 'rollback', target: production }],
    ['rollback production to v1.4.1', { verb: 'rollback', target: production, to: 'v1.4.1' }],
    ['rollback production v1.4.1', { verb: 'rollback', target: production, to: 'v1.4.1' }],
    ['halt production', { verb: 'halt', target: production }],
    ['skip production web-01', { verb: 'skip', target: production, host: 'web-01' }],
    [
      'lock production --reason "sale" --for 2h',
      { verb: 'lock', target: production, reason: 'sale', forMs: 7_200_000 },
    ],
    ['unlock production --steal', { verb: 'unlock', target: production, steal: true }],
    ['where 3f2c1a9', { verb: 'where', release: '3f2c1a9' }],
    ['where #482', { verb: 'where', release: '#482' }],
    ['status', { verb: 'status' }],
    ['status prod', { verb: 'status', target: production }],
    ['history production --at "2026-11-12 09:00"', { verb: 'history', target: production, at: '2026-11-12 09:00' }],
    ['help', { verb: 'help' }],
    ['help /rollback', { verb: 'help', about: 'rollback' }],
    ['', { verb: 'help' }],
  ]
  it.each(rows)('%s', (text, meant) => {
    expect(readCommand(text, known)).toMatchObject(meant as object)
  })

  it.each([
    ['production', { ...plainDeploy, target: production }],
    ['halt production', { verb: 'halt', target: production }],
    ['help', { verb: 'help' }],
  ])('behind /deploy: %s', (text, meant) => {
    expect(readAfterDeploy(text, known)).toEqual(meant)
  })
})

describe('mistakes', () => {
  const rows: [string, object][] = [
    ['depoly production', { reason: 'unknown-verb', near: 'deploy' }],
    ['--plan', { reason: 'unknown-verb' }],
    ['deploy', { reason: 'no-environment' }],
    ['deploy prodution', { reason: 'unknown-environment', near: 'production' }],
    ['deploy Production', { reason: 'unknown-environment' }],
    ['deploy --all', { reason: 'no-environment' }],
    ['deploy production a b', { reason: 'word-too-many', word: 'b' }],
    ['halt production now', { reason: 'word-too-many', word: 'now' }],
    ['deploy production --pan', { reason: 'unknown-option', near: 'plan' }],
    ['deploy production --plan --plan', { reason: 'option-twice' }],
    ['deploy production --plan=yes', { reason: 'option-with-value' }],
    ['deploy production --reason', { reason: 'option-without-value' }],
    ['deploy production --reason --all', { reason: 'option-without-value' }],
    ['deploy production --constructor', { reason: 'unknown-option' }],
    ['constructor production', { reason: 'unknown-verb' }],
    ['lock production --for 2', { reason: 'bad-duration' }],
    ['lock production --for 0s', { reason: 'bad-duration' }],
    ['lock production --for 9999h', { reason: 'bad-duration' }],
    ['deploy "production', { reason: 'open-quote' }],
    ['rollback production to', { reason: 'missing-word', what: 'release' }],
    ['skip production', { reason: 'missing-word', what: 'host' }],
    ['where', { reason: 'missing-word' }],
    ['where a b', { reason: 'word-too-many' }],
    ['deploy pro\u200bduction', { reason: 'unseen-character' }],
    ['deploy production \u202eabc', { reason: 'unseen-character' }],
    ['deploy production\nhalt production', { reason: 'unseen-character' }],
    [`deploy production ${'x'.repeat(2_000)}`, { reason: 'too-long' }],
  ]
  it.each(rows)('%s', (text, mistake) => {
    expect(readCommand(text, known)).toMatchObject({ kind: 'mistake', ...mistake })
  })

  it('an abbreviation that fits several is refused, unless one is at home', () => {
    expect(readCommand('deploy stag', { targets: known.targets })).toMatchObject({ reason: 'ambiguous-environment' })
    expect(readCommand('deploy prod', { targets: known.targets })).toMatchObject({ reason: 'ambiguous-environment' })
    expect(readCommand('deploy prod', known)).toMatchObject({ target: production })
  })

  it('every mistake says what, why and what to type', () => {
    const spell = (command: string) => `/${command}`
    for (const [text] of rows) {
      const mistake = readCommand(text, known)
      if (!('kind' in mistake)) throw new Error(`${text} is no mistake`)
      const said = explainMistake(mistake, spell)
      for (const part of [said.what, said.why, said.next]) expect(part.length, text).toBeGreaterThan(4)
      expect(said.what.length).toBeLessThan(140)
    }
    expect(
      explainMistake({ kind: 'mistake', reason: 'no-environment', verb: 'deploy', known: known.targets }, spell).next,
    ).toBe('/deploy <environment>   (one of: storefront production, storefront staging, blog staging, blog prod-eu)')
  })
})

describe('whatever is typed', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'deploy',
          'prod',
          '--reason',
          '--',
          '-',
          '"',
          '“',
          '=',
          '--for',
          '2h',
          'to',
          '#1',
          '$(id)',
          '`',
          ' ',
        ),
        {
          maxLength: 12,
        },
      )
      .map((words) => words.join(' ')),
  )

  it('is a command of a known environment or a mistake in words, and never throws', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const read = readCommand(text, known)
        if ('kind' in read) return explainMistake(read, (command) => command).what.length > 0
        return (
          Object.hasOwn(VERBS, read.verb) &&
          (!('target' in read) || !read.target || known.targets.includes(read.target))
        )
      }),
      { numRuns: 5_000 },
    )
  })
})
