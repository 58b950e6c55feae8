// What Slack is sent of a rollout: a picture of each state that reads well, inside Slack's limits for fleets of every size, with
// nothing alive in it that a host, a commit or a person wrote.

import { describe, expect, it } from 'vitest'
import { FORMS, render } from '../../../src/adapters/slack/render.ts'
import type { ChatObject } from '../../../src/core/project-chat.ts'
import { projectMessage } from '../../../src/core/project-message.ts'
import type { ProjectionView } from '../../../src/core/project-object.ts'
import { ROLLOUT_PHASES } from '../../../src/core/rollout.ts'
import { CHAT_PLACE, chatView } from '../../support/chat-views.ts'
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
