// Checks the GitHub App, where there is one: its credentials, and what GitHub itself says of it. Changes nothing.

import type { Credentials } from '../../../adapters/github/credentials.ts'
import type { AppReport } from '../../../adapters/github/inspect-app.ts'
import type { Settings, Variables } from '../../../config/settings.ts'
import { readRegistration } from '../../github/door/registration.ts'
import { short } from '../screen/line.ts'
import { type Check, fail, ok, warn } from './check.ts'

const NAME = 'GitHub App'

/** Nothing where there is no App. */
export async function checkGithub({ dataDirectory, url }: Settings, variables: Variables): Promise<Check[]> {
  const read = readRegistration({ variables, dataDirectory })
  if (read.kind === 'none') return []
  if (read.kind === 'faulty') return [fail(NAME, read.faults.join('; '), `correct it in ${read.where}`)]
  try {
    return appChecks(await inspect(read.credentials), { where: read.where, url })
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    if (!(error instanceof Error && 'status' in error && (error.status === 401 || error.status === 404)))
      return [{ ...fail(NAME, `GitHub does not answer: ${said}`, 'houston doctor, later'), unreachable: true }]
    return [
      fail(NAME, `GitHub does not take its key: ${said}`, `the App ID and the key in ${read.where} belong together`),
    ]
  }
}

export function appChecks(app: AppReport, { where, url }: { where: string; url: string | undefined }): Check[] {
  const { slug, installations, webhookUrl, deliveries } = app
  const found = `${short(slug)}, from ${where}, installed ${installations} times`
  const first = installations > 0 ? ok(NAME, found) : warn(NAME, found, `install it: ${app.page}/installations/new`)
  return [first, webhookCheck(webhookUrl, url), ...deliveryChecks(deliveries)]
}

function webhookCheck(webhookUrl: string | undefined, url: string | undefined): Check {
  const wanted = url === undefined ? undefined : `${url}/api/github/webhooks`
  const found = `GitHub sends to ${short(webhookUrl ?? 'nowhere')}`
  if (webhookUrl === wanted) return ok('GitHub webhook', found)
  return wanted === undefined
    ? warn('GitHub webhook', found, 'set url in houston.server.yml, or HOUSTON_URL')
    : warn('GitHub webhook', found, `set the webhook URL of the App to ${wanted}`)
}

function deliveryChecks(deliveries: AppReport['deliveries']): Check[] {
  const [last] = deliveries
  if (!last) return []
  const found = `the last one (${short(last.event)}, ${short(last.at)}) was answered ${last.code}`
  const good = last.code >= 200 && last.code < 300
  return [
    good
      ? ok('GitHub deliveries', found)
      : warn('GitHub deliveries', found, "the App's page, Advanced, shows the answer; houston serve asks for it again"),
  ]
}

async function inspect(credentials: Credentials): Promise<AppReport> {
  const [{ createGithub }, { inspectApp }] = await Promise.all([
    import('../../../adapters/github/octokit.ts'),
    import('../../../adapters/github/inspect-app.ts'),
  ])
  return await inspectApp(createGithub(credentials).app)
}
