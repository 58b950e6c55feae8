// Hostile comments, refs and facts at the door: nothing crashes, nothing becomes a release that a shell or a path could take for
// something else, and nothing in a reply is alive.

import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toldMistake, toldRefusal } from '../../../src/apps/github/words.ts'
import { isVerb, VERBS } from '../../../src/core/command-grammar.ts'
import { findCommands } from '../../../src/core/find-commands.ts'
import type { RefusalReason } from '../../../src/core/intent.ts'
import { readCommand } from '../../../src/core/read-command.ts'
import { isReleaseId } from '../../../src/core/release.ts'
import { readMarkdown } from '../../support/github-markdown.ts'
import { Town } from '../../support/github-town.ts'

const canary = join(tmpdir(), `houston-canary-${process.pid}`)

const NASTY = [
  ...[
    '@acme/sre',
    '#1',
    'GH-1',
    'acme/shop#1',
    'https://evil.test',
    '![x](https://evil.test)',
    '<img src=x onerror=1>',
  ],
  ...['```', '~~~', '`', '|', '\\', '<!--', '-->', '</details>', '\u202e', '\u200b', '\u0000', '\ud800', '\r', '\t'],
  ...[
    `$(touch ${canary})`,
    `;touch ${canary};`,
    `\`touch ${canary}\``,
    '../../etc/passwd',
    '-rf',
    '--',
    '--plan=1',
    '%00',
  ],
  ...['"', "'", '“', '&lt;', '::add-mask::x', '\u001b[31m', 'refs/heads/../x', '__proto__', 'constructor', '$&'],
]
const piece = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 12 }))
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' '))
const command = fc
  .tuple(
    fc.constantFrom(...Object.keys(VERBS), 'deploy', 'DEPLOY', 'depoly'),
    fc.constantFrom('', 'prod', 'p', 'shop prod'),
    text,
  )
  .map((words) => `/${words.join(' ')}`)
const comment = fc.array(fc.oneof(command, text), { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'))

const targets = [{ application: 'shop', environment: 'production' }]

it('what is not understood is answered, and no word of it is alive', () => {
  let answered = 0
  const check = (body: string) => {
    for (const { text: line } of findCommands(body, () => true)) {
      const read = readCommand(line, { targets, home: 'shop' })
      if (!('kind' in read)) continue
      answered += 1
      expect(readMarkdown(toldMistake(read).body).alive).toEqual([])
    }
  }
  fc.assert(fc.property(comment, check), { numRuns: 10_000 })
  expect(answered).toBeGreaterThan(5_000)
})

const REASONS: readonly RefusalReason[] = [
  ...([
    'nothing-to-do',
    'rollout-running',
    'not-possible-now',
    'unknown-host',
    'unknown-release',
    'lock-held',
  ] as const),
  ...(['not-the-holder', 'not-allowed', 'not-granted', 'other-repository', 'broken-configuration'] as const),
  ...(['unknown-ref', 'ambiguous-ref', 'ref-changed', 'moved-release', 'not-a-descendant', 'no-artefact'] as const),
]

it('a refusal may hold anything, and nothing of it is alive', () => {
  const check = (reason: RefusalReason, hostile: string) => {
    const detail = new Proxy({}, { get: () => hostile, has: () => true })
    const { title, body } = toldRefusal({ kind: 'refused', reason, detail }, hostile)
    expect(readMarkdown(body).alive).toEqual([])
    expect(title).toBe(`Refused: ${reason}`)
  }
  fc.assert(fc.property(fc.constantFrom(...REASONS), text, check), { numRuns: 10_000 })
})

it('comments through the whole door', async () => {
  rmSync(canary, { force: true })
  const town = new Town()
  // Budgets are another test's matter.
  Object.assign(town.means, { projections: { take: async () => ({ kind: 'granted' }), pause: async () => {} } })
  await town.engine.start()
  const issue = town.issue()
  town.repository.tags.set('-rf', town.commit().sha)
  town.repository.tags.set('v1+"$(id)"', town.commit().sha)
  await fc.assert(
    fc.asyncProperty(comment, async (body) => {
      await town.comment(issue, body)
      if (findCommands(body, isVerb).length === 0) return
      for (const reply of town.replies.slice(-5)) expect(readMarkdown(reply).alive).toEqual([])
    }),
    { numRuns: 25, endOnFailure: true },
  )
  for (const { releaseId } of await town.store.rollouts({ limit: 100 })) expect(isReleaseId(releaseId)).toBe(true)
  expect(town.replies.length).toBeGreaterThan(8)
  expect(existsSync(canary)).toBe(false)
  await town.engine.stop()
  town.close()
}, 60_000)
