// People of Slack in front of the desk of a repository: what they type and press goes to the real handlers, what they are told is
// kept here. Everything that is sent is held against Slack's limits.

import { createGithubDesk } from '../../src/apps/desk/github-desk.ts'
import { choose } from '../../src/apps/desk/open-desk.ts'
import { openOwnedPlaces } from '../../src/apps/desk/owned-places.ts'
import { createSlackHandlers } from '../../src/apps/slack/create-handlers.ts'
import type { ActionArrival, View } from '../../src/apps/slack/door/arrivals.ts'
import type { Said, Talk, ViewContent } from '../../src/apps/slack/door/talk.ts'
import type { SlackHandlers } from '../../src/apps/slack/handlers.ts'
import type { SlackSettings } from '../../src/config/settings.ts'
import type { Desk } from '../../src/engine/ports-desk.ts'
import type { Town } from './github-town.ts'
import { messageFaults, viewFaults } from './slack-limits.ts'

export const TEAM = 'T0ACME'
export const CHANNEL = 'C0SHOP'
/** Linked to ada of GitHub; written down by the operator as eve; a stranger. */
export const PEOPLE = { ada: 'U0ADA', eve: 'U0EVE', stranger: 'U0NOBODY' } as const
type Name = keyof typeof PEOPLE

const SETTINGS: SlackSettings = {
  workspaces: [],
  channels: [{ channel: CHANNEL, application: 'shop' }],
  people: new Map([[`${TEAM}/${PEOPLE.eve}`, 'eve']]),
  commands: { deploy: '/deploy', rollback: '/rollback' },
}

const NOBODY = () => Promise.reject(new Error('nothing is local here'))
const LOCAL: Desk = { places: async () => [], mayLook: NOBODY, mayAct: NOBODY, act: NOBODY, plan: NOBODY, refs: NOBODY }

export class Visit {
  readonly handlers: SlackHandlers
  /** Told to one person alone, posted, or put in the place of what they pressed. */
  readonly told: { way: 'answer' | 'post' | 'replace'; to: string; said: Said }[] = []
  readonly views: ViewContent[] = []
  /** How long ago it was asked. */
  agoMs = 0
  /** Thrown instead of being told. */
  trouble: Error | undefined
  /** Thrown instead of opening a modal. */
  noViews: Error | undefined
  #count = 0

  constructor(town: Town, over: Partial<SlackSettings> = {}) {
    const owned = openOwnedPlaces(town.store, Date.now)
    const desk = createGithubDesk(town.means, { owned, now: Date.now })
    const nowhere = {
      ...LOCAL,
      placesOf: async () => [],
      accountOf: async () => undefined,
      commitOfPull: async () => undefined,
    }
    this.handlers = createSlackHandlers({
      ...{ desk: choose(() => desk, nowhere), store: town.store, settings: { ...SETTINGS, ...over }, now: Date.now },
      identity: {
        linkedTo: async ({ team, user }) =>
          team === TEAM && user === PEOPLE.ada ? { id: String(town.ada.id), login: 'ada' } : undefined,
      },
      offerLink: async ({ user }) => `https://houston.acme.dev/link/slack?offer=${user}`,
    })
  }

  /** `/deploy prod`, or another command with its slash. */
  async type(line: string, who: Name = 'ada', intent?: string): Promise<void> {
    const [command = '', ...words] = line.split(' ')
    const arrival = { ...this.#actor(who), channel: CHANNEL, triggerId: '1.2', responseUrl: 'https://slack/response' }
    const asked = { kind: 'command', command, text: words.join(' '), ...arrival } as const
    if (this.handlers.opens(asked)) return await this.handlers.open(asked, this.#talk)
    await this.handlers.command(asked, this.#context(intent))
  }

  async mention(text: string, who: Name = 'ada', thread?: string): Promise<void> {
    const where = { channel: CHANNEL, ts: '1.2', ...(thread !== undefined && { thread }), at: 0 }
    await this.handlers.mention({ kind: 'mention', ...this.#actor(who), ...where, text }, this.#context())
  }

  async press(
    action: string,
    value: string,
    who: Name = 'ada',
    { intent, ...over }: Partial<ActionArrival> & { intent?: string } = {},
  ): Promise<void> {
    const message = { channel: CHANNEL, ts: '1.2' }
    const arrival = { ...this.#actor(who), block: '', triggerId: '1.2', responseUrl: 'https://slack/response', message }
    const asked: ActionArrival = { kind: 'action', action, value, ...arrival, ...over }
    if (this.handlers.opens(asked)) return await this.handlers.open(asked, this.#talk)
    await this.handlers.action(asked, this.#context(intent))
  }

  /** Presses a button of the last message that has it. */
  async pressTold(label: string, who: Name = 'ada'): Promise<void> {
    const all = this.told.flatMap(({ said }) => buttonsOf(said.blocks ?? []))
    const button = all.findLast(({ text }) => text.text === label)
    if (!button) throw new Error(`there is no button ${label}`)
    await this.press(button.action_id, button.value, who)
  }

  /** Presses a button of the Home tab that was shown last. */
  async pressHome(label: string, who: Name, view: View): Promise<void> {
    const shown = this.views.flatMap((each) =>
      'blocks' in each && Array.isArray(each.blocks) ? buttonsOf(each.blocks) : [],
    )
    const button = shown.findLast(({ text }) => text.text === label)
    if (!button) throw new Error(`there is no button ${label}`)
    const { action_id: action, value } = button
    const pressed = { kind: 'action', action, value, block: '', triggerId: '1.2', view } as const
    await this.handlers.action({ ...pressed, ...this.#actor(who) }, this.#context())
  }

  async home(who: Name = 'ada'): Promise<string> {
    await this.handlers.home({ kind: 'home', ...this.#actor(who) }, this.#context())
    return JSON.stringify(this.views.at(-1))
  }

  async submit(view: View, who: Name = 'ada') {
    const arrival = { kind: 'submission', ...this.#actor(who), view, triggerId: '' } as const
    const answer = this.handlers.check(arrival)
    if (answer?.response_action !== 'errors') await this.handlers.submission(arrival, this.#context())
    return answer
  }

  async options(action: string, typed: string, { view, who = 'ada' }: { view?: View; who?: Name } = {}) {
    const arrival = { kind: 'options', ...this.#actor(who), action, block: '', typed, ...(view && { view }) } as const
    return await this.handlers.options(arrival, this.#talk)
  }

  /** All words that were told last. */
  get last(): string {
    const { said } = this.told.at(-1) ?? {}
    return said ? textsOf(said.blocks).join('\n') : ''
  }

  #actor(who: Name) {
    return { team: TEAM, user: PEOPLE[who] }
  }

  #context(intent = `slack:${++this.#count}`) {
    return { intent, at: Date.now() - this.agoMs, talk: this.#talk }
  }

  readonly #talk: Talk = {
    answer: async ({ user, channel = '' }, said) => this.#tell('answer', `${channel} ${user}`, said),
    post: async ({ channel }, said) => {
      this.#tell('post', channel, said)
      return '1.2'
    },
    replace: async (to, said) => {
      if (said !== 'delete') this.#tell('replace', to, said)
    },
    openView: async (_, view) => {
      if (this.noViews) throw this.noViews
      this.#show(view)
    },
    updateView: async (_, view) => this.#show(view),
    publishHome: async (_, view) => this.#show(view),
    nameOf: async (user) => user.toLowerCase(),
  }

  #tell(way: 'answer' | 'post' | 'replace', to: string, said: Said): void {
    if (this.trouble) throw this.trouble
    const faults = messageFaults(said)
    if (faults.length > 0) throw new Error(faults.join('\n'))
    this.told.push({ way, to, said })
  }

  #show(view: ViewContent): void {
    const faults = viewFaults(view)
    if (faults.length > 0) throw new Error(faults.join('\n'))
    this.views.push(view)
  }
}

type Button = { action_id: string; value: string; text: { text: string } }

function buttonsOf(blocks: readonly object[]): Button[] {
  const elements = blocks.flatMap((block) => {
    if ('accessory' in block) return [block.accessory as Button]
    return 'elements' in block && Array.isArray(block.elements) ? block.elements : []
  })
  return elements.filter((element): element is Button => element.type === 'button')
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsOf(inner),
  )
}
