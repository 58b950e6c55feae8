// Which workspaces of Slack this server belongs to: by the environment and the settings, or by a file of the data directory that
// the set-up made and that is believed as soon as it is there. It calls nobody.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { Settings, Variables } from '../../../config/settings.ts'
import { readMain, readOthers, type Workspace } from './credentials.ts'

const FILE = 'slack-app.json'
const TEAM_FILE = 'slack-team.json'

/** The names are those of the environment variables, so that both are read by the same rules. */
const stored = z.record(z.string(), z.string())

export type SlackRegistration = {
  /** Of the Web API, with a slash at its end, when it is not Slack's own. */
  apiUrl?: string
  /** Where `keep` keeps it. */
  file: string
  /** The app's own workspace first. Throws `BadSlackCredentials` when the file has become unusable. */
  current(): readonly Workspace[]
  /** Keeps what the set-up got. Throws what `current` throws. */
  keep(variables: Readonly<Record<string, string>>): void
  /** Slack has said which workspace the token of the environment is for: known from then on, also while Slack is away. */
  learn(workspace: Workspace, team: string): void
}

/** Something is set, but not so that it can be used. */
export class BadSlackCredentials extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`Slack cannot be used: ${faults.join('; ')}`)
    this.name = 'BadSlackCredentials'
    this.faults = faults
  }
}

/** Throws `BadSlackCredentials`. */
export function openSlackRegistration({
  variables,
  settings,
}: {
  variables: Variables
  settings: Settings
}): SlackRegistration {
  const file = join(settings.dataDirectory, FILE)
  const apiUrl = readApiUrl(variables)
  const others = usable(readOthers(settings.slack.workspaces, variables))
  const teamFile = join(settings.dataDirectory, TEAM_FILE)
  let main: Workspace | undefined
  const current = () => {
    main ??= withTeam(readKept(variables, file)[0], teamFile)
    return main ? [main, ...others] : others
  }
  const unplaced = settings.slack.channels.filter(({ team }) => team === undefined)
  if (current().length > 1 && unplaced.length > 0)
    throw new BadSlackCredentials(
      unplaced.map(({ channel }) => `slack.channels: ${channel} needs its team: there are several`),
    )
  const registration: SlackRegistration = {
    ...(apiUrl !== undefined && { apiUrl }),
    file,
    current,
    keep(kept) {
      const [checked] = usable(readMain(kept))
      writeKept(file, kept)
      main = checked
    },
    learn(workspace, team) {
      if (workspace !== main) return
      main = { ...main, team }
      writeKept(teamFile, { [fingerprint(main)]: team })
    },
  }
  return registration
}

/** The environment wins. */
function readKept(variables: Variables, file: string): readonly Workspace[] {
  const { SLACK_TEAM: _, ...given } = variables
  const fromEnvironment = usable(readMain(given))
  if (fromEnvironment.length > 0 || !existsSync(file)) return fromEnvironment
  const read = readFile(file)
  if (!read) throw new BadSlackCredentials([`${file} is damaged`])
  return usable(readMain(read))
}

function usable({ workspaces, faults }: ReturnType<typeof readMain>): readonly Workspace[] {
  if (faults.length > 0) throw new BadSlackCredentials(faults)
  return workspaces
}

function readApiUrl({ SLACK_API_URL: url = '' }: Variables): string | undefined {
  if (url === '') return undefined
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new BadSlackCredentials(['SLACK_API_URL is not a URL'])
  return url.endsWith('/') ? url : `${url}/`
}

function readFile(file: string): Readonly<Record<string, string>> | undefined {
  try {
    return stored.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** What was learned of this very token. */
function withTeam(main: Workspace | undefined, teamFile: string): Workspace | undefined {
  const team = main && main.team === undefined ? readFile(teamFile)?.[fingerprint(main)] : undefined
  return main && team !== undefined ? { ...main, team } : main
}

function fingerprint({ botToken }: Workspace): string {
  return createHash('sha256').update(botToken.reveal()).digest('hex')
}

/** There whole or not at all, and nobody else's to read. */
function writeKept(file: string, variables: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(variables, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}
