// Ten thousand texts that hosts, commits and people might write, in every place at once: nothing of them is alive in Slack, and
// they change nothing but what stands in code or in plain text.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FORMS, type Form, render } from '../../../src/adapters/slack/render.ts'
import { projectMessage } from '../../../src/core/project-message.ts'
import type { ProjectionView } from '../../../src/core/project-object.ts'
import type { HostState, RolloutPhase } from '../../../src/core/rollout.ts'
import { CHAT_PLACE } from '../../support/chat-views.ts'
import { hostileText } from '../../support/hostile-text.ts'
import { fleetOf, planOf, workOf } from '../../support/plan-of.ts'
import { aliveIn, skeleton } from '../../support/slack-alive.ts'
import { messageFaults } from '../../support/slack-limits.ts'

const PHASES: readonly RolloutPhase[] = ['running', 'waiting', 'halted', 'failed']
const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const done: HostState = { phase: 'succeeded', attempt: 1, startedAt: 1_000, finishedAt: 61_000 }
const queued: HostState = { phase: 'queued', attempt: 1 }

/** Somebody wrote all of it: names of zones, hosts and stages, the release, the reason, the cause, what a host said last. */
function viewOf(text: string, phase: RolloutPhase, where: { repository: string; commit: string }): ProjectionView {
  const zones = fleetOf({ a: 2, b: 2 }).zones.map(({ hosts }, index) => ({
    name: `${text}${index}`,
    hosts: hosts.map((host, each) => ({ ...host, name: `${text}${index}${each}` })),
  }))
  const work = { ...workOf('r'), application: text, environment: text }
  const strategy = { order: 'zone-by-zone' } as const
  const plan = planOf({
    fleet: { zones },
    work: { ...work, release: { ...work.release, id: text, ...where } },
    strategy,
  })
  const failed = (signature: string): HostState => ({ ...done, phase: 'failed', step: 'start', signature })
  const halt = { kind: 'zone-budget', zone: text, failed: 1, budget: 0, of: 2 } as const
  return {
    ...{
      id: 'ro1',
      requestedBy: { via: 'github', id: '42', name: text },
      reason: text,
      createdAt: 1_000,
      plan,
      earlier: [],
    },
    cursor: { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0, 0] }, halt },
    hosts: [failed(text), done, failed(`${text}2`), queued],
    origin: { issues: [12], shown: { url: 'https://shop.acme.dev', hostsWithRuns: 25 } },
    tails: [{ host: text, text: `${text}\n${text}` }],
  }
}

const rendered = (view: ProjectionView, form: Form) =>
  projectMessage(view, CHAT_PLACE).map(({ content }) => render(content, form))

const real = { repository: 'acme/storefront', commit: COMMIT }
const plain = PHASES.flatMap((phase) =>
  FORMS.map((form) => [phase, form, rendered(viewOf('x', phase, real), form).map(skeleton)] as const),
)

/** Too much of it, and what matters less is left out. */
function isPartOf(part: readonly string[], whole: readonly string[]): boolean {
  let from = 0
  return part.every((one) => {
    from = whole.indexOf(one, from) + 1
    return from > 0
  })
}

it('a text is alive nowhere, and moves nothing', () => {
  fc.assert(
    fc.property(hostileText, fc.constantFrom(...plain), (text, [phase, form, expected]) => {
      const messages = rendered(viewOf(`x${text}`, phase, real), form)
      expect(messages).toHaveLength(expected.length)
      for (const [index, message] of messages.entries()) {
        expect(aliveIn(message)).toEqual([])
        expect(messageFaults(message)).toEqual([])
        const [got, whole] = [skeleton(message), expected[index] ?? []]
        if (!isPartOf(got, whole)) expect(got).toEqual(whole)
      }
    }),
    { numRuns: 10_000 },
  )
}, 60_000)

it('a repository or a commit that would end a link becomes none', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (repository, commit) => {
      for (const form of FORMS)
        for (const message of rendered(viewOf('x', 'running', { repository, commit }), form))
          expect(aliveIn(message)).toEqual([])
    }),
    { numRuns: 2_000 },
  )
}, 60_000)

it.each([
  ['a mention', '<@U1>'],
  ['a link', '<https://evil.example|x>'],
  ['an address', 'https://evil.example'],
  ['half a code span', 'a `b'],
  ['a mention in code', '`<@U1>`'],
  ['half an entity in code', '`&lt`'],
])('%s in markup is seen by these tests', (_, text) => {
  expect(
    aliveIn({ text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }] }),
  ).not.toEqual([])
})
