// Waits for work no longer than until a signal. It stops nothing: what was begun goes on.

/** `undefined`: the signal came first. */
export async function inTime<Value>(work: Promise<Value>, over: AbortSignal): Promise<Value | undefined> {
  let leave = () => {}
  const late = new Promise<undefined>((resolve) => {
    leave = () => resolve(undefined)
  })
  if (over.aborted) leave()
  over.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, late])
  } finally {
    over.removeEventListener('abort', leave)
  }
}
