// The only repetition of requests: reads, twice more, when the answer was no answer. A write is never sent again by itself,
// because nobody knows whether the first one was done.

import { setTimeout as pause } from 'node:timers/promises'

type Options = { method: string; request?: { signal?: AbortSignal; once?: boolean } }

const PAUSES_MS = [200, 1_000]

/** Wraps a request. `request: { once: true }`: not even this one. */
export async function repeatReads<O extends Options, A>(
  request: (options: O) => A | Promise<A>,
  options: O,
  pausesMs: readonly number[] = PAUSES_MS,
): Promise<A> {
  const read = options.method === 'GET' || options.method === 'HEAD'
  const [first, ...rest] = read && !options.request?.once ? pausesMs : []
  try {
    return await request(options)
  } catch (error) {
    if (first === undefined || !mayPass(error) || options.request?.signal?.aborted) throw error
    await pause(first, undefined, options.request?.signal ? { signal: options.request.signal } : {})
    return await repeatReads(request, options, rest)
  }
}

/** Only answers of a server in trouble, and cut connections, which the client counts as 500. */
function mayPass(error: unknown): boolean {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 500 && error instanceof Error && error.name !== 'AbortError'
}
