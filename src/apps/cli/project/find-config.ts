// Finds and reads houston.yml: the one that was named, or `.github/houston.yml` here or in a folder above.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Config } from '../../../config/config.ts'
import type { Fault } from '../../../config/fault.ts'

const CONFIG_FILE = join('.github', 'houston.yml')

type ConfigSource = {
  file: string
  text: string /** Folder that relative paths of the file start from. */
  root: string
}

export type FoundConfig =
  | ({ kind: 'ok'; config: Config } & ConfigSource)
  | ({ kind: 'faults'; faults: Fault[] } & ConfigSource)
  | { kind: 'missing'; looked: string }

export async function findConfig(cwd: string, named: string | undefined): Promise<FoundConfig> {
  const path = named === undefined ? search(cwd) : resolve(cwd, named)
  if (path === undefined || !existsSync(path)) return { kind: 'missing', looked: named ?? CONFIG_FILE }
  const file = display(cwd, path)
  const folder = dirname(path)
  const source = { file, text: readFileSync(path, 'utf8'), root: folder.endsWith('.github') ? dirname(folder) : folder }
  const { readConfig } = await import('../../../config/read-config.ts')
  return { ...readConfig(source.text, file), ...source }
}

/** The folder that a houston.yml here or above belongs to; this one when there is none. */
export function projectRoot(cwd: string): string {
  const path = search(cwd)
  return path === undefined ? cwd : dirname(dirname(path))
}

function search(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_FILE)
    if (existsSync(path)) return path
    if (folder === dirname(folder)) return undefined
  }
}

function display(cwd: string, path: string): string {
  const near = relative(cwd, path)
  return near === '' || near.startsWith('..') ? path : near
}
