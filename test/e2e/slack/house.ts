// A whole house with Slack as its door: the house of GitHub (stand-in, fleet of real SSH servers, `houston serve`), and a stand-in of
// Slack that it is connected to. What people would see is looked up in the workspace.

import { messageFaults, viewFaults } from '../../support/slack-limits.ts'
import { type SlackStandIn, startSlackStandIn } from '../../support/slack-stand-in/stand-in.ts'
import type { Ephemeral, Message, Shown, Town } from '../../support/slack-stand-in/town.ts'
import { EVENTS } from '../github/events.ts'
import { type House, openHouse, PRODUCTION, STAGING, type ZoneOf } from '../github/house.ts'

export const CHANNEL = 'C0DEPLOYS'
/** The App's own, with which GitHub knows who asks whose code it is. */
export const SIGN_IN = { GITHUB_CLIENT_ID: 'Iv1.slack', GITHUB_CLIENT_SECRET: 'the-secret-of-sign-ins' }
/** Written down by the operator as ada of GitHub; bob is nobody's. */
export const [ADA, BOB] = ['U0ADA', 'U0BOB']

const PATIENCE_MS = 30_000
const LOOK_MS = 50

export type SlackHouse = House & {
  slack: SlackStandIn
  /** Tells the server its own address, which it has only once it listens: now people can sign in there. */
  openToPeople(): Promise<string>
}

/** What people can look at, in the first workspace's channel unless another is named; `server` says why nothing comes. */
type Watched = { slack: { town: Town }; channel?: string; server?: { said: readonly string[] } }

/** What differs from the house of most tests. `workspaces` may add some, and answers variables of the server's environment. */
export type Plot = {
  environments?: (zone: ZoneOf) => string
  settings?: string
  workspaces?: (slack: SlackStandIn) => Readonly<Record<string, string>>
}

export async function openSlackHouse({ settings = SETTINGS, ...plot }: Plot = {}): Promise<SlackHouse> {
  const slack = await startSlackStandIn()
  try {
    const variables: Record<string, string> = { ...SIGN_IN, ...slack.variables, ...plot.workspaces?.(slack) }
    const house = await openHouse(EVENTS, plot.environments ?? environments, { variables, settings })
    const close = async () => {
      await house.close()
      await slack.close()
    }
    return { ...house, slack, close, openToPeople: () => openToPeople(house, variables) }
  } catch (error) {
    await slack.close()
    throw error
  }
}

/** `variables` are read at each start. */
async function openToPeople({ github, server }: House, variables: Record<string, string>): Promise<string> {
  const url = new URL(github.hook.url ?? '').origin
  variables.HOUSTON_URL = url
  await server.end('SIGTERM')
  await server.start()
  return url
}

const SETTINGS = `slack:
  channels: [{ channel: ${CHANNEL}, application: shop }]
  people: { ${ADA}: ada }
`

function environments(zone: ZoneOf): string {
  return `  production:
    confirm: true
    zones:
${zone('eu-1a', PRODUCTION.slice(0, 2))}
${zone('us-1a', PRODUCTION.slice(2))}
    rollout: { order: zone-by-zone, between_zones: wait, batch: 1, max_unavailable: 1, max_failures: 0 }
  staging:
    zones:
${zone('eu-1a', STAGING)}
    rollout: { batch: 1, max_unavailable: 1, max_failures: 0 }
`
}

/** Everything that a message, an answer or a view says, in one text. */
export function wordsOf(of: { text?: string; blocks?: unknown } | Shown): string {
  const { text = '', blocks } = 'view' in of ? { blocks: of.view.blocks } : of
  return [text, ...textsIn(blocks)].join('\n')
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    (key === 'text' || key === 'title') && typeof inner === 'string' ? [inner] : textsIn(inner),
  )
}

/** Resolves with the first thing that `look` finds. */
export async function until<Found>(
  house: Watched,
  what: string,
  look: () => Found | undefined | false,
): Promise<Found> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const found = look()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`${what} did not come\n${seen(house)}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

function seen({ slack: { town }, server }: Watched): string {
  const messages = town.messages.map((each) => `${each.channel} ${each.thread ?? ''} ${wordsOf(each).slice(0, 300)}`)
  const answers = town.ephemerals.map((each) => `only ${each.user}: ${wordsOf(each).slice(0, 300)}`)
  return [...messages, ...answers, ...(server?.said.slice(-10) ?? [])].join('\n--\n')
}

/** Messages of rollouts in the channel itself, the newest last. */
export function livingMessages({ slack: { town }, channel = CHANNEL }: Watched): Message[] {
  return town.messages.filter(
    (each) => each.channel === channel && each.thread === undefined && each.user === town.bot.id,
  )
}

/** Resolves when the newest rollout's message says this. */
export async function message(house: Watched, words: RegExp, over: { after?: number } = {}): Promise<Message> {
  const { after = 0 } = over
  return await until(house, `a message with ${words}`, () => {
    const newest = livingMessages(house).slice(after).at(-1)
    return newest && words.test(wordsOf(newest)) && newest
  })
}

/** Resolves with the newest answer that only this person sees, when it says this. */
export async function answer(house: Watched, user: string, words: RegExp): Promise<Ephemeral> {
  return await until(house, `an answer to ${user} with ${words}`, () =>
    house.slack.town.ephemerals.findLast((each) => each.user === user && words.test(wordsOf(each))),
  )
}

/** What Slack would refuse of all that is there. */
export function limitFaults({ slack: { town } }: Watched): string[] {
  const views = [...town.views.values(), ...town.homes.values()].flatMap(({ view }) => viewFaults(view))
  return [...[...town.messages, ...town.ephemerals].filter(isOurs(town.bot.id)).flatMap(messageFaults), ...views]
}

function isOurs(bot: string): (each: Message | Ephemeral) => boolean {
  return (each) => !('ts' in each) || each.user === bot
}
