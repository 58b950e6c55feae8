// All pages of a list. The client's own paginator forgets the signal of a request and takes a 409 for an empty page, and
// so would make a list look complete that is not.

type Page<D> = { data: D; headers: { link?: string | undefined } }

/** No list that is asked for here is longer; a longer one is an error, never a part of the truth. */
const MOST_PAGES = 100

/** `read` is called for page 1, 2, … as long as an answer names a next one. */
export async function* pages<D>(read: (page: number) => Promise<Page<D>>): AsyncGenerator<D> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { data, headers } = await read(page)
    yield data
    if (nextOf(headers) === undefined) return
  }
  throw new Error(`a list of more than ${MOST_PAGES} pages`)
}

/** Of lists that go on from a cursor. */
export async function* cursors<D>(read: (cursor: string | undefined) => Promise<Page<D>>): AsyncGenerator<D> {
  let cursor: string | undefined
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { data, headers } = await read(cursor)
    yield data
    const next = nextOf(headers)
    cursor = next === undefined ? undefined : (new URL(next).searchParams.get('cursor') ?? undefined)
    if (cursor === undefined) return
  }
  throw new Error(`a list of more than ${MOST_PAGES} pages`)
}

/** All entries of all pages. */
export async function entries<E>(read: (page: number) => Promise<Page<readonly E[]>>): Promise<E[]> {
  const all: E[] = []
  for await (const data of pages(read)) all.push(...data)
  return all
}

function nextOf({ link }: Page<unknown>['headers']): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(link ?? '')?.[1]
}
