// Lets so many tasks run at once, the others wait in order.

/** The task must not reject. */
export type Slots = (task: () => Promise<void>) => void

export function createSlots(count: number): Slots {
  let waiting: (() => Promise<void>)[] = []
  let head = 0
  let busy = 0

  function next() {
    const task = waiting[head]
    if (!task || busy >= count) return
    head += 1
    if (head > 1_000) {
      waiting = waiting.slice(head)
      head = 0
    }
    busy += 1
    void task().finally(() => {
      busy -= 1
      next()
    })
    next()
  }

  return (task) => {
    waiting.push(task)
    next()
  }
}
