// Clients of GitHub's API: one for the App itself, one for each installation, whose tokens are made and renewed by the
// client. What Probot's client would repeat or hold back by itself is switched off: the projector and the inbox decide that.

import { ProbotOctokit } from 'probot'
import type { Credentials } from './credentials.ts'
import { repeatReads } from './repeat-reads.ts'
import { repositoryPath } from './repository.ts'

/** No answer for so long is no answer. */
export const LONGEST_MS = 8_000

/** `plugin-retry` would repeat POSTs, and `plugin-throttling` would sleep on a limit that all replicas share. */
export const HoustonOctokit = ProbotOctokit.plugin((octokit) => {
  octokit.hook.wrap('request', (request, options) => repeatReads(request, options))
}).defaults({
  userAgent: 'houston',
  retry: { enabled: false },
  throttle: { enabled: false },
  request: { fetch: fetchInTime },
})

export type Octokit = InstanceType<typeof HoustonOctokit>

export type Github = {
  appId: number
  /** Acts as the App, outside of every installation. */
  app: Octokit
  /** Acts inside the installation that a repository belongs to. Rejects with GitHub's 404 where the App is not installed. */
  of(repository: string): Promise<Octokit>
  /** Looks the installation up again next time: the App may have been installed anew. */
  forget(repository: string): void
}

export function createGithub({ appId, privateKey, apiUrl }: Credentials): Github {
  const options = (installationId?: number) => ({
    baseUrl: apiUrl,
    auth: { appId, privateKey: privateKey.reveal(), ...(installationId !== undefined && { installationId }) },
  })
  const app = new HoustonOctokit(options())
  const installations = new Map<number, Octokit>()
  const known = new Map<string, Promise<Octokit>>()

  async function lookUp(repository: string): Promise<Octokit> {
    const { data } = await app.rest.apps.getRepoInstallation(repositoryPath(repository))
    const octokit = installations.get(data.id) ?? new HoustonOctokit(options(data.id))
    installations.set(data.id, octokit)
    return octokit
  }
  return {
    appId,
    app,
    of(repository) {
      const octokit = known.get(repository) ?? lookUp(repository)
      known.set(repository, octokit)
      octokit.catch(() => known.delete(repository))
      return octokit
    },
    forget(repository) {
      known.delete(repository)
    },
  }
}

/** Also for the requests that the client makes for its tokens, which know no signal of ours. */
function fetchInTime(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(url, { ...init, signal: init?.signal ?? AbortSignal.timeout(LONGEST_MS) })
}
