// Breaks one source file as it is loaded. The text to replace must be there exactly once: a mutant that no longer fits the
// source is an error, so it cannot rot silently.

import { registerHooks } from 'node:module'

export type Change = { file: string; find: string; put: string }

/** Answers whether the file was loaded by then. */
export function mutate({ file, find, put }: Change): () => boolean {
  let applied = false
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (!url.endsWith(`/${file}`)) return loaded
      applied = true
      return { ...loaded, source: change(String(loaded.source), { file, find, put }) }
    },
  })
  return () => applied
}

export function change(source: string, { file, find, put }: Change): string {
  const times = source.split(find).length - 1
  if (times !== 1) throw new Error(`${file} has this ${times} times, not once: ${find}`)
  return source.replace(find, () => put)
}
