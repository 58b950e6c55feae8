// The chain of the audit: any change to what was written is found, and where.

import { expect, it } from 'vitest'
import { type AuditEntry, type AuditFact, brokenAudit, nextAudit } from '../../src/core/audit.ts'
import { EMPTY_CHAIN } from '../../src/core/chain.ts'
import { sha256 } from '../support/plan-of.ts'

const fact: AuditFact = {
  person: { via: 'terminal', id: '1', name: 'ada' },
  ...{ verb: 'deploy', application: 'shop', environment: 'production', outcome: { kind: 'accepted' } },
}

const chain: AuditEntry[] = []
for (const at of [1, 2, 3]) chain.push(nextAudit(chain.at(-1) ?? EMPTY_CHAIN, { at, fact }, sha256))

it('is whole as it was written, and read back from JSON', () => {
  expect(chain.map(({ seq }) => seq)).toEqual([1, 2, 3])
  expect(brokenAudit(JSON.parse(JSON.stringify(chain)), sha256)).toBeUndefined()
})

it.each<[string, (entry: AuditEntry) => AuditEntry | undefined, number]>([
  ['somebody else', (entry) => ({ ...entry, fact: { ...fact, person: { ...fact.person, id: '2' } } }), 2],
  ['another time', (entry) => ({ ...entry, at: 9 }), 2],
  ['another number', (entry) => ({ ...entry, seq: 7 }), 2],
  ['nothing at all', () => undefined, 2],
  [
    'one that is hashed anew',
    (entry) => nextAudit({ seq: 1, hash: chain[0]?.hash ?? '' }, { ...entry, at: 9 }, sha256),
    3,
  ],
])('is broken by %s', (_, change, at) => {
  expect(
    brokenAudit(
      chain.flatMap((entry) => (entry.seq === 2 ? (change(entry) ?? []) : [entry])),
      sha256,
    ),
  ).toBe(at)
})
