// For whom a secret speaks: whose workspace a message may come from, and whose token answers it. Pure.

import type { Workspace } from './credentials.ts'

export function workspaceOf(workspaces: readonly Workspace[], team: string): Workspace | undefined {
  return workspaces.find((each) => each.team === team)
}

/** `not-yet`: Slack has not said which workspace a token is for, and it might be this one. */
export type Speaks = 'yes' | 'no' | 'not-yet'

/**
 * Whether a message of this workspace may come through that app: its own, and for the app of the environment also those that have
 * none of their own. A stranger's signature is right as well, where the app is distributed.
 */
export function speaksFor(app: Workspace, workspaces: readonly Workspace[], team: string): Speaks {
  const workspace = workspaceOf(workspaces, team)
  if (!workspace) return app.team === undefined ? 'not-yet' : 'no'
  const guest = app === workspaces[0] && !workspace.signingSecret && !workspace.appToken
  return workspace === app || guest ? 'yes' : 'no'
}
