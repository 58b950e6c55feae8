// Lets so many tasks run at once, shared fairly: a free place goes to the owner that has the fewest, and no owner has more than
// its quota, so that a huge rollout cannot keep a small one waiting. It does not know what an owner is.

/** The task must not reject. Tasks of one owner begin in order. */
export type Slots = (owner: string, task: () => Promise<void>) => void

type Task = () => Promise<void>
type Owner = { busy: number; waiting: Task[]; head: number }

export type SlotLimits = { count: number; quota: number }

/** `changed` hears how many tasks run, each time that it changes. */
export function createSlots({ count, quota }: SlotLimits, changed: (busy: number) => void = () => {}): Slots {
  const owners = new Map<string, Owner>()
  let busy = 0

  function next() {
    while (busy < count) {
      const chosen = neediest(owners, quota)
      if (!chosen) return
      begin(...chosen)
    }
  }

  function begin(name: string, owner: Owner) {
    const task = takeFirst(owner)
    if (!task) return
    busy += 1
    changed(busy)
    owner.busy += 1
    void task().finally(() => {
      busy -= 1
      changed(busy)
      owner.busy -= 1
      if (owner.busy === 0 && !isWaiting(owner)) owners.delete(name)
      next()
    })
  }

  return (name, task) => {
    const owner = owners.get(name) ?? { busy: 0, waiting: [], head: 0 }
    owners.set(name, owner)
    owner.waiting.push(task)
    next()
  }
}

/** Of equals, the one that came first. */
function neediest(owners: ReadonlyMap<string, Owner>, quota: number): [string, Owner] | undefined {
  let least: [string, Owner] | undefined
  for (const [name, owner] of owners)
    if (isWaiting(owner) && owner.busy < Math.min(quota, least?.[1].busy ?? quota)) least = [name, owner]
  return least
}

function isWaiting({ waiting, head }: Owner): boolean {
  return head < waiting.length
}

/** Moves a head instead of the whole line: a huge rollout's is long. */
function takeFirst(owner: Owner): Task | undefined {
  const task = owner.waiting[owner.head]
  owner.head += 1
  if (owner.head > 1_000) {
    owner.waiting = owner.waiting.slice(owner.head)
    owner.head = 0
  }
  return task
}
