// For whom a secret speaks: whose workspace a message may come from, and whose token answers it. Pure.

import type { Workspace } from './credentials.ts'

/** The workspace of this id; the app's own one answers for its name as long as Slack has not told it. */
export function workspaceOf(workspaces: readonly Workspace[], team: string): Workspace | undefined {
  return workspaces.find((each) => each.team === team) ?? workspaces.find((each) => each.team === undefined)
}

/**
 * Whether a message of this workspace may come through that app: its own, and for the app of the environment also those that have
 * none of their own. A stranger's signature is right as well, where the app is distributed.
 */
export function speaksFor(app: Workspace, workspaces: readonly Workspace[], team: string): boolean {
  const workspace = workspaceOf(workspaces, team)
  if (!workspace || team === '') return false
  return workspace === app || (app === workspaces[0] && !workspace.signingSecret && !workspace.appToken)
}
