// What the stand-in of Slack knows: a workspace with its people, channels, messages, views and tokens. Plain data and its
// simplest changes; it speaks no HTTP and sends nothing.

/** As Slack's API has it. */
export type Body = Readonly<Record<string, unknown>>

export type Message = {
  channel: string
  ts: string
  thread?: string
  user: string
  text: string
  blocks: readonly Body[]
  metadata?: Body
  /** Also shown in the channel, though it hangs in a thread. */
  broadcast: boolean
  edits: number
}

/** Seen by one person only. */
export type Ephemeral = { user: string; channel: string; thread?: string; text: string; blocks: readonly Body[] }

/** A modal, or a Home tab. `filled`: what a person has filled in so far. */
export type Shown = { id: string; hash: string; user: string; view: Body; closed: boolean; filled?: Body }

export type Channel = { id: string; name: string; members: Set<string>; archived: boolean; direct?: string }

export type Person = { id: string; name: string; bot: boolean }

export type Town = {
  team: string
  domain: string
  botToken: string
  /** Of the app that is installed there, which signs with it what it sends over HTTP. */
  signingSecret: string
  bot: Person
  people: Map<string, Person>
  channels: Map<string, Channel>
  messages: Message[]
  ephemerals: Ephemeral[]
  views: Map<string, Shown>
  /** Of each person who has opened it. */
  homes: Map<string, Shown>
  triggers: Map<string, { at: number; used: boolean; user: string }>
  responses: Map<string, { at: number; uses: number; user: string; channel: string; ts?: string }>
  serial: number
}

export type TownOptions = Partial<Pick<Town, 'team' | 'domain' | 'botToken' | 'signingSecret'>>

const SIGNING_SECRET = 'a-signing-secret-of-the-stand-in'

/** With `ada` and `bob`, and the channels `deploys`, in which the bot is, and `random`, in which it is not. */
export function makeTown(options: TownOptions = {}): Town {
  const { team = 'T0ACME', domain = 'acme', botToken = 'xoxb-acme', signingSecret = SIGNING_SECRET } = options
  const bot: Person = { id: 'U0HOUSTON', name: 'houston', bot: true }
  const people = [bot, { id: 'U0ADA', name: 'ada', bot: false }, { id: 'U0BOB', name: 'bob', bot: false }]
  const all = people.map(({ id }) => id)
  const channels: Channel[] = [
    { id: 'C0DEPLOYS', name: 'deploys', members: new Set(all), archived: false },
    { id: 'C0RANDOM', name: 'random', members: new Set(all.slice(1)), archived: false },
  ]
  return {
    ...{ team, domain, botToken, signingSecret, bot, serial: 0 },
    people: new Map(people.map((each) => [each.id, each])),
    channels: new Map(channels.map((each) => [each.id, each])),
    messages: [],
    ephemerals: [],
    views: new Map(),
    homes: new Map(),
    triggers: new Map(),
    responses: new Map(),
  }
}

/** Grows with each call, like Slack's: seconds, a dot, and six digits that are unique in the workspace. */
export function nextTs(town: Town): string {
  town.serial += 1
  return `${Math.floor(Date.now() / 1_000)}.${String(town.serial).padStart(6, '0')}`
}

export function nextId(town: Town, letter: string): string {
  town.serial += 1
  return `${letter}0${String(town.serial).padStart(6, '0')}`
}

export function newTrigger(town: Town, user: string): string {
  const id = `${nextId(town, 'X')}.${town.team}`
  town.triggers.set(id, { at: Date.now(), used: false, user })
  return id
}

/** The person's channel of direct messages, made when it is not there. */
export function directChannel(town: Town, user: string): Channel {
  const known = [...town.channels.values()].find(({ direct }) => direct === user)
  if (known) return known
  const id = nextId(town, 'D')
  const made = { id, name: '', members: new Set([user, town.bot.id]), archived: false, direct: user }
  town.channels.set(made.id, made)
  return made
}
