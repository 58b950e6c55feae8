// The part of houston.server.yml that is about Slack: which workspaces, whose channels, who is who. No token stands in it.

import { z } from 'zod'
import { ok, type Parsed, wrong } from '../fault.ts'
import { show } from '../printable.ts'
import { named, oneOf, optional, parsed, required, ruled } from './key.ts'
import { parseFile, parseGlob, parseName, parseVariableName } from './name.ts'

function parseId(kind: string, letters: string, text: string): Parsed<string> {
  if (new RegExp(`^[${letters}][A-Z0-9]{2,20}$`).test(text)) return ok(text)
  const example = `${letters[0]}024BE7LR`
  return wrong(`${show(text)} is not the id of a ${kind}`, `an id such as ${example}; Slack shows it in the address`)
}

/** `U…`, in whichever workspace, or `T…/U…`. */
function parseMember(text: string): Parsed<string> {
  if (/^(T[A-Z0-9]{2,20}\/)?[UW][A-Z0-9]{2,20}$/.test(text)) return ok(text)
  return wrong(`${show(text)} is not the id of a member`, 'U024BE7LR, or T024BE7LD/U024BE7LR with several workspaces')
}

function parseLogin(text: string): Parsed<string> {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(text)) return ok(text)
  return wrong(`${show(text)} is not a login of GitHub`, 'a login such as ada')
}

/** Slack's rule for the names of commands. */
function parseCommand(text: string): Parsed<string> {
  if (/^\/[a-z0-9_-]{1,31}$/.test(text)) return ok(text)
  return wrong(
    `${show(text)} is not a command: a slash and at most 31 lower-case letters, digits, "-" and "_"`,
    '/deploy',
  )
}

function parseRepository(text: string): Parsed<string> {
  if (/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/.test(text)) return ok(text)
  return wrong(`${show(text)} is not a repository`, 'owner/name')
}

const team = parsed(z.string(), (text) => parseId('workspace', 'T', text))
const channel = parsed(z.string(), (text) => parseId('channel', 'CG', text))
const environments = z.array(parsed(z.string(), parseGlob)).min(1, 'is empty')

function inFile(what: string, example: string) {
  return optional(parsed(z.string(), parseFile), { description: `File with ${what}.`, example })
}

function inVariable(what: string, example: string) {
  return optional(parsed(z.string(), parseVariableName), { description: `Environment variable with ${what}.`, example })
}

const SECRET = "the signing secret of the workspace's own app"
const APP_TOKEN = "the app-level token (xapp-…) of the workspace's own app"

const workspace = ruled(
  z.strictObject({
    team: required(team, { description: "The workspace's id.", example: 'T024BE7LD' }),
    token_file: inFile('its bot token (xoxb-…)', '/etc/houston/slack-acme'),
    token_env: inVariable('its bot token (xoxb-…)', 'ACME_SLACK_TOKEN'),
    signing_secret_file: inFile(SECRET, '/etc/houston/slack-acme-secret'),
    signing_secret_env: inVariable(SECRET, 'ACME_SLACK_SECRET'),
    app_token_file: inFile(APP_TOKEN, '/etc/houston/slack-acme-app'),
    app_token_env: inVariable(APP_TOKEN, 'ACME_SLACK_APP_TOKEN'),
  }),
  (value) => [
    ...oneOf(['token_file', 'token_env'], 1)(value),
    ...oneOf(['signing_secret_file', 'signing_secret_env'], 0)(value),
    ...oneOf(['app_token_file', 'app_token_env'], 0)(value),
  ],
)

const place = z.strictObject({
  channel: required(channel, { description: "The channel's id.", example: 'C024BE91L' }),
  team: optional(team, { description: 'Its workspace, when there are several.', example: 'T024BE7LD' }),
  application: required(parsed(z.string(), parseName), {
    description: 'The application whose rollouts are told there, and that commands there mean.',
    example: 'storefront',
  }),
  environments: optional(environments, {
    description: 'Only these environments, as names or patterns.',
    example: ['production'],
    fallback: 'all of them',
  }),
  repository: optional(parsed(z.string(), parseRepository), {
    description: 'The repository of the application, where several have one of that name.',
    example: 'acme/storefront',
  }),
})

const command = parsed(z.string(), parseCommand)

/** What stands at `slack:`. */
export const slackSchema = z.strictObject({
  workspaces: optional(z.array(workspace).min(1, 'is empty'), {
    description: 'Workspaces beside the one of SLACK_BOT_TOKEN.',
    example: [{ team: 'T024BE7LD', token_file: '/etc/houston/slack-acme' }],
  }),
  channels: optional(z.array(place).min(1, 'is empty'), {
    description: 'Which channel belongs to which application.',
    example: [{ channel: 'C024BE91L', application: 'storefront' }],
  }),
  people: optional(named(parsed(z.string(), parseLogin), parseMember), {
    description: 'GitHub logins of members who have not linked their account themselves.',
    example: { U024BE7LR: 'ada' },
  }),
  commands: optional(
    z.strictObject({
      deploy: optional(command, { description: 'The command that deploys.', example: '/ship', fallback: '/deploy' }),
      rollback: optional(command, {
        description: 'The command that rolls back.',
        example: '/unship',
        fallback: '/rollback',
      }),
    }),
    { description: 'Names of the slash commands, where others have taken them.', example: { deploy: '/ship' } },
  ),
})

export type SlackPart = z.output<typeof slackSchema>
export type SlackWorkspacePart = z.output<typeof workspace>
