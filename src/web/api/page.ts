// Long lists in pages. A cursor is what the last page ended with; nothing is kept for it here.

import { z } from 'zod'

/** Of one page, and of one read of the store. */
export const MOST = 200

export const limit = z.coerce.number().int().min(1).max(MOST).default(50)

/** Of lists whose places are numbers. */
export const offset = z.coerce.number().int().nonnegative().exactOptional()

export function pageOf<Item>(items: readonly Item[], from: number, size: number): { items: Item[]; next?: string } {
  const end = from + size
  return { items: items.slice(from, end), ...(end < items.length && { next: String(end) }) }
}

type Batch<Item> = { read: (before: string | undefined) => Promise<Item[]>; cursorOf: (item: Item) => string }

/** Batches looked through for a page: somebody who may see little gets a short page and goes on from there. */
const BATCHES = 10

/** Reads on until the page is full of what somebody may see. */
export async function visiblePage<Item>(
  { read, cursorOf }: Batch<Item>,
  { from, size, sees }: { from: string | undefined; size: number; sees: (item: Item) => Promise<boolean> },
): Promise<{ items: Item[]; next?: string }> {
  const items: Item[] = []
  let cursor = from
  for (let batches = 0; batches < BATCHES; batches++) {
    const batch = await read(cursor)
    for (const item of batch) {
      if (items.length === size) return { items, next: cursor ?? '' }
      cursor = cursorOf(item)
      if (await sees(item)) items.push(item)
    }
    if (batch.length < MOST) return { items }
  }
  return { items, ...(cursor !== undefined && { next: cursor }) }
}
