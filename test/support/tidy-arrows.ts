// The rooms of src/ and who may enter which: DESIGN.md's table as a function. It reads nothing itself.

import { builtinModules } from 'node:module'
import path from 'node:path'
import type { Import } from './tidy-imports.ts'

export type Source = { file: string; imports: readonly Import[] }

/** What each adapter may take from npm: the SDK it adapts, and zod for its trust boundary. */
const SDKS: Readonly<Record<string, readonly string[]>> = {
  postgres: ['kysely', 'pg', 'pg-boss', '@electric-sql/pglite', 'zod'],
  ssh: ['ssh2', 'zod'],
  inventory: ['yaml', 'zod'],
  github: ['@octokit/*', 'jose', 'probot', 'zod'],
  slack: ['@slack/*', 'zod'],
  otel: ['@opentelemetry/*', 'zod'],
}

/** Undefined when the arrow is allowed, else what is wrong with it. */
export function arrowFault(file: string, { target, typeOnly }: Import): string | undefined {
  if (target === undefined) return `${file}: a computed import cannot be checked`
  const to = target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : undefined
  // .mjs: a script that a machine's own Node runs, which may be too old for types.
  if (to && !/\.(ts|mjs)$/.test(to)) return `${file}: ${target} does not end in .ts`
  const allowed = to ? mayEnter(file, to, typeOnly) : mayTake(file, packageOf(target))
  return allowed ? undefined : `${file} must not import ${to ?? target}`
}

export function arrowFaults(sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, imports }) =>
    imports.map((each) => arrowFault(file, each)).filter((fault) => fault !== undefined),
  )
}

/** The room of a file: `core`, `engine`, `adapters/ssh`, `apps`, `action`; undefined outside every room. */
function roomOf(file: string): string | undefined {
  const [src, room, inner, ...rest] = file.split('/')
  if (src === 'action' && room === 'src') return 'action'
  if (src !== 'src' || !room || !inner) return undefined
  if (room === 'adapters') return rest.length > 0 ? `adapters/${inner}` : undefined
  return ['core', 'config', 'engine', 'web', 'apps'].includes(room) ? room : undefined
}

function mayEnter(file: string, to: string, typeOnly: boolean): boolean {
  const from = roomOf(file)
  const room = roomOf(to)
  if (from === undefined || room === undefined) return false
  if (from === room || from === 'action') return true
  if (room === 'action') return false
  if (from === 'apps') return true
  if (room === 'core') return true
  if (from === 'engine') return room === 'config' && typeOnly
  return (from === 'web' || from.startsWith('adapters/')) && /^src\/engine\/ports(-[a-z]+)?\.ts$/.test(to)
}

function mayTake(file: string, name: string): boolean {
  const from = roomOf(file)
  const builtin = name.startsWith('node:')
  if (from === 'apps' || from === 'action') return true
  if (from === 'config') return name === 'zod' || name === 'yaml'
  if (from === 'web') return builtin || ['hono', 'zod', 'preact', 'htm'].includes(name)
  if (!from?.startsWith('adapters/')) return false
  const sdks = SDKS[from.slice('adapters/'.length)] ?? []
  return builtin || sdks.some((sdk) => sdk === name || (sdk.endsWith('/*') && name.startsWith(sdk.slice(0, -1))))
}

/** `kysely/migration` → `kysely`; `fs` → `node:fs`, so that no builtin hides without its prefix. */
function packageOf(target: string): string {
  if (target.startsWith('node:')) return target
  if (builtinModules.includes(target)) return `node:${target}`
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}
