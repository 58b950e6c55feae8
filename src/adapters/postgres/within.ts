// Patience with an end.

/** Resolves when `work` has settled, however it ended, or after `ms`. Leaves no timer behind. */
export async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([Promise.allSettled([work]), patience])
  clearTimeout(timer)
}
