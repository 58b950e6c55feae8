// Hears the stream of a rollout for as long as its page is open, whatever answered last. It shows nothing.

import type { RolloutChange } from '../../core/report-rollout-change.ts'
import type { RolloutPage } from '../../core/report-rollout-page.ts'

/** `lost`: the browser comes back by itself. `refused`: something answered, and it was no stream. */
export type Hearing = 'live' | 'lost' | 'refused'

export type Heard = {
  snapshot(page: RolloutPage): void
  change(change: RolloutChange): void
  hearing(state: Hearing): void
}

const AGAIN_MS = 3_000

/**
 * A browser gives up for good after any answer but a stream (WHATWG HTML, 9.2.3): one of a server that ends or starts, of its proxy
 * meanwhile, or of a session that is over.
 */
export function listen(rollout: string, heard: Heard): void {
  const source = new EventSource(`/api/v1/rollouts/${encodeURIComponent(rollout)}/events`)
  source.addEventListener('snapshot', ({ data }) => {
    heard.snapshot(JSON.parse(data))
    heard.hearing('live')
  })
  source.addEventListener('change', ({ data }) => {
    heard.change(JSON.parse(data))
    heard.hearing('live')
  })
  source.addEventListener('open', () => heard.hearing('live'))
  source.addEventListener('error', () => {
    const refused = source.readyState === EventSource.CLOSED
    heard.hearing(refused ? 'refused' : 'lost')
    if (refused) setTimeout(() => listen(rollout, heard), AGAIN_MS)
  })
}
