// GitHub as a door of the server: what comes in through webhooks, and what goes out as deployments, check runs and comments.
// Wiring only.

import type { FetchArchive } from '../../../adapters/github/archive.ts'
import { createGithubSurface, type PlaceOf } from '../../../adapters/github/surface.ts'
import { webUrlOf } from '../../../adapters/github/web-url.ts'
import type { Settings } from '../../../config/settings.ts'
import type { Handled, Handler } from '../../../engine/ports-inbox.ts'
import { GITHUB, githubApp } from '../../github-app.ts'
import type { Door, DoorGround } from '../../server/door.ts'
import type { Log } from '../../server/log.ts'
import { openSetupGate } from '../../setup/gate.ts'
import { createWishHandler } from '../carry-wish.ts'
import { WISHES } from '../wish.ts'
import { keepFetchingMissed } from './fetch-missed.ts'
import { handleDelivery } from './handle-delivery.ts'
import { type LinkOf, linkedForge } from './link.ts'
import type { Registration } from './registration.ts'
import { SETUP_PATH } from './setup-page.ts'
import { setupRoutes } from './setup-routes.ts'
import { webhooksRoutes } from './webhooks-route.ts'

export type GithubDoorOptions = {
  registration: Registration
  linkOf: LinkOf
  fetchArchive: FetchArchive
  settings: Settings
  log: Log
  /** Of things that nobody awaits. */
  failed: (fault: Error) => void
  now: () => number
}

/** The App may be set up at any moment. */
const NO_APP: Handled = { kind: 'later', afterMs: 10_000 }

const OFFER = 'there is no GitHub App yet; whoever opens this link can make one'
const NO_URL = 'there is no GitHub App, and none can be made before HOUSTON_URL says where GitHub reaches this server'

export function openGithubDoor(options: GithubDoorOptions): Door {
  const { registration, linkOf, fetchArchive, settings, log, failed, now } = options
  const forge = linkedForge(linkOf)
  const told = createGithubSurface(
    forge,
    placeOf(() => registration.current()?.apiUrl),
  )
  // Without an App nothing is told, so that nothing waits for one.
  const surface: typeof told = { ...told, desired: (view) => (linkOf() ? told.desired(view) : []) }
  const { url } = settings
  const setup = url !== undefined && !registration.current() ? { url, gate: openSetupGate() } : undefined
  const works = ({ store, projections }: DoorGround): ReturnType<Door['works']> => ({
    handlers: (engine) => {
      const means = { engine, store, forge, surface, projections, settings, fetchArchive, now }
      const wishes: Handler = (row, signal) => {
        const github = linkOf()?.github
        return github ? createWishHandler({ ...means, github })(row, signal) : Promise.resolve(NO_APP)
      }
      return { [GITHUB]: handleDelivery(linkOf, ({ github }) => githubApp({ ...means, github })), [WISHES]: wishes }
    },
    surfaces: [surface],
  })
  return {
    routes: (receive) => ({
      ...webhooksRoutes({ secrets: () => secretsOf(registration), receive, failed }),
      ...(setup && setupRoutes({ ...setup, registration, linkOf, settings, failed })),
    }),
    works,
    opened(rounds) {
      if (setup) log.info(OFFER, { link: `${setup.url}${SETUP_PATH}?token=${setup.gate.token}` })
      else if (!registration.current()) log.info(NO_URL)
      const app = () => linkOf()?.github.app
      const say = (asked: number, missed: number) => log.info('deliveries of GitHub were missed', { asked, missed })
      return keepFetchingMissed({ rounds, app, told: say, failed })
    },
  }
}

function secretsOf(registration: Registration) {
  const { webhookSecret, previousWebhookSecret } = registration.current() ?? {}
  return webhookSecret && ([webhookSecret, ...(previousWebhookSecret ? [previousWebhookSecret] : [])] as const)
}

/** GitHub treats production deployments differently; the name says which they are, as GitHub itself has it. */
function placeOf(apiUrlOf: () => string | undefined): PlaceOf {
  return ({ origin, plan }) => {
    const { environment, release } = plan.work
    const { url, hostsWithRuns } = origin?.shown ?? {}
    const apiUrl = apiUrlOf()
    const checks = release.commit !== undefined && release.repository !== undefined && apiUrl !== undefined
    return {
      production: /^prod(uction)?\b/i.test(environment),
      ...(url !== undefined && { environmentUrl: url }),
      ...(hostsWithRuns !== undefined && { hostsWithRuns }),
      // The commit's check runs tell of each host or zone.
      ...(checks && { logUrl: `${webUrlOf(apiUrl)}/${release.repository}/commit/${release.commit}/checks` }),
    }
  }
}
