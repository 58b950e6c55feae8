// The login at GitHub that the operator wrote down for a member.

import type { SlackSettings } from '../../config/settings.ts'

/**
 * `member`: `T…/U…`. A member written without a workspace counts only while there is no more than one: whoever runs another
 * workspace could have anybody there.
 */
export function loginOf(
  { people, workspaces }: Pick<SlackSettings, 'people' | 'workspaces'>,
  member: string,
): string | undefined {
  const [, user = ''] = member.split('/')
  return people.get(member) ?? (workspaces.length === 0 ? people.get(user) : undefined)
}
