// Hears a stream for as long as its page is open, whatever answered last, and tells the page whether it is live.

/** `lost`: the browser comes back by itself. `refused`: something answered, and it was no stream. */
export type Hearing = 'live' | 'lost' | 'refused'

/** `Whole`: what the stream begins with, `Part`: what follows. */
export type Heard<Whole, Part> = {
  snapshot(whole: Whole): void
  change(part: Part): void
  hearing(state: Hearing): void
}

const AGAIN_MS = 3_000

/**
 * A browser gives up for good after any answer but a stream (WHATWG HTML, 9.2.3): one of a server that ends or starts, of its proxy
 * meanwhile, or of a session that is over.
 */
export function listen<Whole, Part>(path: string, heard: Heard<Whole, Part>): void {
  const source = new EventSource(path)
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
    if (refused) setTimeout(() => listen(path, heard), AGAIN_MS)
  })
}

const SIGNS: Readonly<Record<Hearing, string>> = {
  live: 'live',
  lost: 'not live: connecting again',
  refused: 'not live: trying again; if it stays so, load the page',
}

export function sign(state: Hearing): void {
  const place = document.getElementById('live')
  if (!place || place.dataset.state === state) return
  place.dataset.state = state
  place.textContent = SIGNS[state]
}
