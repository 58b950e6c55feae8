// The beginning of a link between accounts: an address that only the person of Slack who asked is given. It names that person for a
// quarter of an hour, and is worth something once.

import type { IdentityStore, SlackAccount } from '../../engine/ports-identity.ts'
import { digestOf, newSecretText } from './secret-text.ts'

export const LINK_PATH = '/link/slack'
const OFFERED_FOR_MS = 15 * 60 * 1_000

/** `url`: where people reach this server. */
export async function offerLink(
  identity: Pick<IdentityStore, 'offerLink'>,
  { slack, url }: { slack: SlackAccount; url: string },
): Promise<string> {
  const offer = newSecretText()
  await identity.offerLink({ hash: digestOf(offer), slack, forMs: OFFERED_FOR_MS })
  return `${url}${LINK_PATH}?offer=${offer}`
}
