// What Slack is sent of a rollout: a picture of each state that reads well, inside Slack's limits for fleets of every size, with
// nothing alive in it that a host, a commit or a person wrote.

import { describe, expect, it } from 'vitest'
import { FORMS, render } from '../../../src/adapters/slack/render.ts'
import type { ChatObject } from '../../../src/core/project-chat.ts'
import { projectMessage } from '../../../src/core/project-message.ts'
import type { ProjectionView } from '../../../src/core/project-object.ts'
import { ROLLOUT_PHASES } from '../../../src/core/rollout.ts'
import { CHAT_PLACE, chatView } from '../../support/chat-views.ts'
import { fleetOf, planOf, workOf } from '../../support/plan-of.ts'
import { messageFaults } from '../../support/slack-limits.ts'
import { picture } from '../../support/slack-picture.ts'

const objectsOf = (view: ProjectionView): ChatObject[] => projectMessage(view, CHAT_PLACE).map(({ content }) => content)

describe.each(ROLLOUT_PHASES)('a rollout that is %s', (phase) => {
  const objects = objectsOf(chatView(phase))

  it('reads well', async () => {
    const pictures = objects.map((object) => `--- ${object.kind} ---\n${picture(render(object, 'new'))}`)
    await expect(pictures.join('\n\n')).toMatchFileSnapshot(`pictures/${phase}.txt`)
  })

  it('reads well in old blocks', async () => {
    const pictures = objects.map((object) => `--- ${object.kind} ---\n${picture(render(object, 'old'))}`)
    await expect(pictures.join('\n\n')).toMatchFileSnapshot(`pictures/${phase}-old.txt`)
  })

  it.each(FORMS)('is inside the limits: %s', (form) => {
    expect(objects.flatMap((object) => messageFaults(render(object, form)))).toEqual([])
  })
})

const { plan, cursor, hosts } = chatView('running')
const twenty = planOf({
  fleet: fleetOf(Object.fromEntries(Array.from({ length: 20 }, (_, zone) => [`zone-${zone + 1}`, 2]))),
  work: plan.work,
})
const waits = chatView('unapproved')
const others: [string, ProjectionView][] = [
  [
    'approved',
    chatView('running', {
      plan: waits.plan,
      cursor: { ...cursor, ...(waits.cursor.approvals && { approvals: waits.cursor.approvals }) },
    }),
  ],
  ['rollback', chatView('running', { plan: { ...plan, kind: 'rollback' }, reason: 'checkout is down' })],
  ['rolled-back', chatView('succeeded', { plan: { ...plan, kind: 'rollback' } })],
  [
    'halted-by-a-person',
    chatView('halted', {
      cursor: { ...cursor, phase: 'halted', halt: { kind: 'asked', by: 'grace' } },
      hosts: hosts.map((host) => (host.phase === 'running' ? { phase: 'unknown', attempt: 2 } : host)),
    }),
  ],
  [
    'many-zones',
    chatView('running', {
      plan: twenty,
      cursor: { ...cursor, stage: 0 },
      hosts: twenty.hosts.map((_, index) =>
        index % 7 === 3
          ? { phase: 'unreachable', attempt: 1, signature: 'no route to host' }
          : { phase: index < 20 ? 'succeeded' : 'queued', attempt: 1 },
      ),
    }),
  ],
]
it.each(others)('%s reads well', async (name, view) => {
  const pictures = objectsOf(view).map((object) => `--- ${object.kind} ---\n${picture(render(object, 'new'))}`)
  await expect(pictures.join('\n\n')).toMatchFileSnapshot(`pictures/${name}.txt`)
})

describe('a fleet of any size is inside the limits', () => {
  const sizes: [zones: number, hosts: number][] = [
    [1, 1],
    [3, 300],
    [17, 1],
    [120, 3],
    [600, 1],
  ]
  const named = sizes.flatMap(([zones, hosts]) => ['x', 'name ', '日本語'].map((text) => [zones, hosts, text] as const))
  it.each(named)('%i zones of %i hosts, long names of %j, each host failed in its own way', (zones, hosts, text) => {
    const long = text.repeat(90 / text.length)
    const fleet = fleetOf(Object.fromEntries(Array.from({ length: zones }, (_, zone) => [`${long}${zone}-`, hosts])))
    const strategy = { order: 'zone-by-zone' } as const
    const plan = planOf({ fleet, work: { ...workOf('r2'), application: long, environment: long }, strategy })
    const forgiven = { fleet: 0, stage: 0, zones: plan.zones.map(() => 0) }
    const log = Array.from({ length: 30 }, (_, line) => `${line} ${long}`).join('\n')
    const view: ProjectionView = {
      ...{ ...chatView('halted'), plan, reason: long, requestedBy: { via: 'github', id: '42', name: long } },
      cursor: {
        phase: 'halted',
        stage: 0,
        forgiven,
        halt: { kind: 'zone-budget', zone: long, failed: 1, budget: 0, of: 1 },
      },
      hosts: plan.hosts.map((_, index) => ({
        phase: 'failed',
        attempt: 1,
        step: 'start',
        signature: `${index} ${long}`,
      })),
      tails: [1, 2, 3].map((host) => ({ host: `${long}${host}`, text: log })),
    }
    const faults = objectsOf(view).flatMap((object) => FORMS.flatMap((form) => messageFaults(render(object, form))))
    expect(faults).toEqual([])
    const short = {
      ...view,
      plan: { ...plan, zones: plan.zones.map((zone, index) => ({ ...zone, name: `z${index}` })) },
    }
    expect(objectsOf(short).flatMap((object) => messageFaults(render(object, 'new')))).toEqual([])
    const [message] = objectsOf(view)
    expect(message && picture(render(message, 'new'))).toContain('[ Roll back ]')
  })
})
