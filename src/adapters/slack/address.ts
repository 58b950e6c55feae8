// Where an object of Slack's is, as one text that the store keeps: workspace, channel, time stamp, and the message on whose thread
// it hangs.

/** `ts` is Slack's id of a message in its channel. `thread`: the message that the thread hangs on. */
export type Address = { team: string; channel: string; ts: string; thread?: string }

export function writeAddress({ team, channel, ts, thread }: Address): string {
  return [team, channel, ts, ...(thread === undefined ? [] : [thread])].join('/')
}

/** Throws on what `writeAddress` did not write. */
export function readAddress(text: string): Address {
  const [team, channel, ts, thread] = text.split('/')
  if (!team || !channel || !ts) throw new Error(`not the address of a message: ${text}`)
  return { team, channel, ts, ...(thread !== undefined && { thread }) }
}

/** What a reply to this message is put under: Slack's threads have one level. */
export function threadOf({ ts, thread }: Address): string {
  return thread ?? ts
}
