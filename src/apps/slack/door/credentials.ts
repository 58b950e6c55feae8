// Slack's credentials: of the app in the environment, and of the workspaces that the operator's settings name. Checked at the
// start, every fault at once; it calls nobody, and no message contains what a secret holds.

import { readFileSync } from 'node:fs'
import type { Held, SlackWorkspace, Variables } from '../../../config/settings.ts'
import { Secret } from '../../../core/secret.ts'

/** One workspace's. `team` is absent until Slack has said which one the token of the environment is for. */
export type Workspace = {
  team?: string
  botToken: Secret
  /** Absent, and no token either: it shares the app of the environment. */
  signingSecret?: Secret
  /** Of Socket Mode. */
  appToken?: Secret
}

export type CredentialsReading = { workspaces: readonly Workspace[]; faults: readonly string[] }

type Text = string | undefined
type Check = { shape: RegExp; is: string }

const BOT: Check = { shape: /^xoxb-[A-Za-z0-9-]{3,}$/, is: 'a bot token: it begins with xoxb-' }
const APP: Check = { shape: /^xapp-[A-Za-z0-9-]{3,}$/, is: 'an app-level token: it begins with xapp-' }
const SECRET: Check = { shape: /^[\x21-\x7e]{16,200}$/, is: 'a signing secret: it has at least 16 characters' }

/**
 * `SLACK_BOT_TOKEN`, `SLACK_SIGNING_SECRET` and `SLACK_APP_TOKEN`; each may be a `…_FILE` instead. None of them: no workspace.
 * `SLACK_TEAM` is known only of an app that was set up here.
 */
export function readMain(variables: Variables): CredentialsReading {
  const faults: string[] = []
  const read = (name: string, check: Check) => toSecret(name, textOf(variables, name, faults), { check, faults })
  const [botToken, signingSecret, appToken] = [
    read('SLACK_BOT_TOKEN', BOT),
    read('SLACK_SIGNING_SECRET', SECRET),
    read('SLACK_APP_TOKEN', APP),
  ]
  if (faults.length > 0 || (!botToken && !signingSecret && !appToken)) return { workspaces: [], faults }
  if (!botToken) return { workspaces: [], faults: ['SLACK_BOT_TOKEN is missing'] }
  if (!signingSecret && !appToken) return { workspaces: [], faults: [NO_WAY_IN] }
  const team = variables.SLACK_TEAM
  return { workspaces: [{ ...(team && { team }), botToken, ...optional({ signingSecret, appToken }) }], faults }
}

const NO_WAY_IN = 'SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP) is missing'

/** The workspaces that the settings name. */
export function readOthers(named: readonly SlackWorkspace[], variables: Variables): CredentialsReading {
  const faults: string[] = []
  const workspaces = named.flatMap(({ team, ...held }) => {
    const read = (name: string, from: Held | undefined, check: Check) =>
      from && toSecret(`${name} of ${team}`, heldText(name, team, { from, variables, faults }), { check, faults })
    const botToken = read('the token', held.token, BOT)
    const signingSecret = read('the signing secret', held.signingSecret, SECRET)
    const appToken = read('the app-level token', held.appToken, APP)
    return botToken ? [{ team, botToken, ...optional({ signingSecret, appToken }) }] : []
  })
  return { workspaces, faults: faults.map((fault) => `slack.workspaces: ${fault}`) }
}

function optional({ signingSecret, appToken }: Record<'signingSecret' | 'appToken', Secret | undefined>) {
  return { ...(signingSecret && { signingSecret }), ...(appToken && { appToken }) }
}

function toSecret(name: string, text: Text, { check, faults }: { check: Check; faults: string[] }): Secret | undefined {
  if (text === undefined) return undefined
  if (check.shape.test(text)) return new Secret(text)
  faults.push(`${name} is not ${check.is}`)
  return undefined
}

function textOf(variables: Variables, name: string, faults: string[]): Text {
  const [text, file] = [variables[name], variables[`${name}_FILE`]]
  if (text && file) faults.push(`${name} is set, and so is ${name}_FILE: set one of them`)
  else if (text) return text.trim()
  else if (file) return fileText(`${name}_FILE`, file, faults)
  return undefined
}

type Holding = { from: Held; variables: Variables; faults: string[] }

function heldText(name: string, team: string, { from, variables, faults }: Holding): Text {
  if ('file' in from) return fileText(`${name} of ${team}`, from.file, faults)
  const text = variables[from.variable]?.trim()
  if (!text) faults.push(`${name} of ${team}: the environment variable ${from.variable} is not set`)
  return text || undefined
}

function fileText(name: string, file: string, faults: string[]): Text {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error'
    faults.push(`${name} cannot be read from ${file}: ${code}`)
    return undefined
  }
}
