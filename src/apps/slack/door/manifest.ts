// The app's manifest as Slack wants it, made of slack.yml, of the names of the commands, and of where this server is when Slack is to
// call it. It asks nobody.

import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { SlackSettings } from '../../../config/settings.ts'
import { EVENTS_PATH } from './events-route.ts'

const APP = new URL('../../../../slack.yml', import.meta.url)

const commandSchema = z.looseObject({ command: z.enum(['/deploy', '/rollback']) })
const appSchema = z.looseObject({
  features: z.looseObject({ slash_commands: z.array(commandSchema) }),
  settings: z.looseObject({ event_subscriptions: z.looseObject({}), interactivity: z.looseObject({}) }),
})

export type Wanted = {
  commands: SlackSettings['commands']
  /** Where Slack reaches this server; absent: Socket Mode, in which this server calls Slack. */
  url?: string
}

/** As YAML. */
export function writeManifest({ commands, url }: Wanted): string {
  const app = appSchema.parse(parse(readFileSync(APP, 'utf8')))
  const address = url === undefined ? undefined : `${url}${EVENTS_PATH}`
  const slash_commands = app.features.slash_commands.map(({ command, ...rest }) => {
    return { command: NAMES[command](commands), ...(address && { url: address }), ...rest }
  })
  const { event_subscriptions: events, interactivity } = app.settings
  return stringify({
    ...app,
    features: { ...app.features, slash_commands },
    settings: {
      ...app.settings,
      event_subscriptions: { ...(address && { request_url: address }), ...events },
      interactivity: {
        ...interactivity,
        ...(address && { request_url: address, message_menu_options_url: address }),
      },
      socket_mode_enabled: address === undefined,
    },
  })
}

/** Where a person makes an app of it. */
export function makeAppUrl(wanted: Wanted): string {
  return `https://api.slack.com/apps?${new URLSearchParams({ new_app: '1', manifest_yaml: writeManifest(wanted) })}`
}

const NAMES: Readonly<Record<'/deploy' | '/rollback', (commands: Wanted['commands']) => string>> = {
  '/deploy': ({ deploy }) => deploy,
  '/rollback': ({ rollback }) => rollback,
}
