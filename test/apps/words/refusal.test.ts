// Refusals whose words depend on why: what is said, and what to type next.

import { expect, it } from 'vitest'
import { refusalWords } from '../../../src/apps/words/refusal.ts'
import { refused } from '../../../src/core/intent.ts'

const spell = (command: string) => `/${command}`

it.each([
  [refused('no-approvers'), /one user of this machine alone/, /houston login <address>.*DATABASE_URL.*\/deploy prod$/],
  [refused('no-approvers', { needs: 'to be eve' }), /to be eve.*GitHub tells/, /server with GitHub/],
  [refused('rollout-running', { rollout: 'r' }), /one rollout at a time/, /\/resume prod or \/rollback prod$/],
  [
    refused('rollout-running', { rollout: 'r', waits: 'approval' }),
    /A person asked for it/,
    /\/approve prod or \/abort prod$/,
  ],
  [refused('rollout-running', { rollout: 'r', back: 'v1' }), /only be later/, /^\/status prod$/],
  [refused('ref-changed', { ref: 'v1', commit: 'main' }), /pushed to after your words/, /\/deploy prod main$/],
  [
    refused('ref-changed', { ref: 'v1', commit: 'main', gone: 'from every branch' }),
    /pushed over or deleted/,
    /^\/abort prod, .*\/deploy prod main$/,
  ],
])('%j', (refusal, why, next) => {
  const words = refusalWords(refusal, 'prod', spell)
  expect(words.why).toMatch(why)
  expect(words.next).toMatch(next)
})
