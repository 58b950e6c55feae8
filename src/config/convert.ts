// Walks YAML nodes into plain values and, beside them, a tree of their places. Aliases are followed on a budget, and what
// different YAML readers understand differently is a flaw.

import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Flaw, Path } from './fault.ts'
import { show } from './printable.ts'
import { scalarTrap } from './scalar-trap.ts'

/** Offsets of a value and, when it has one, of its key. */
export type Mark = { at: number; key?: number; children: Map<string | number, Mark> }

type Read = { value: unknown; mark: Mark }
export type Converted = Read & { flaws: Flaw[] }

const MOST_VALUES = 200_000
const DEEPEST = 32

type Walk = { values: number; anchors: Map<string, ParsedNode>; flaws: Flaw[] }
type Here = { path: Path; at: number }

/** Reads the whole tree; a part that cannot be read is null, and a flaw says why. */
export function convert(root: ParsedNode | null): Converted {
  const walk: Walk = { values: 0, anchors: new Map(), flaws: [] }
  const read = root === null ? { value: null, mark: leaf(0) } : visit(root, [], walk)
  if (walk.values > MOST_VALUES)
    walk.flaws.push({ path: [], message: `more than ${MOST_VALUES} values: aliases multiply them` })
  return { ...read, flaws: walk.flaws }
}

export function leaf(at: number): Mark {
  return { at, children: new Map() }
}

function visit(node: ParsedNode, path: Path, walk: Walk): Read {
  const here = { path, at: node.range[0] }
  walk.values += 1
  if (walk.values > MOST_VALUES) return { value: null, mark: leaf(here.at) }
  if (path.length > DEEPEST) return spoilt(`is more than ${DEEPEST} levels deep`, here, walk)
  if (isAlias(node)) return follow(node.source, here, walk)
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node)
  if (isMap(node)) return fields(node, here, walk)
  return isSeq(node) ? entries(node, here, walk) : scalar(node, here, walk)
}

function spoilt(message: string, { path, at }: Here, walk: Walk): Read {
  walk.flaws.push({ path, message, offset: at })
  return { value: null, mark: leaf(at) }
}

function follow(anchor: string, here: Here, walk: Walk): Read {
  const target = walk.anchors.get(anchor)
  return target === undefined
    ? spoilt(`*${anchor} refers to nothing above it`, here, walk)
    : visit(target, here.path, walk)
}

function scalar(node: Scalar.Parsed, { path, at }: Here, walk: Walk): Read {
  const trap = scalarTrap(node)
  if (trap !== undefined) walk.flaws.push({ path, offset: at, ...trap })
  return { value: node.value, mark: leaf(at) }
}

function entries(node: YAMLSeq.Parsed, { path, at }: Here, walk: Walk): Read {
  const mark = leaf(at)
  const value = node.items.map((item, index) => {
    const read = visit(item, [...path, index], walk)
    mark.children.set(index, read.mark)
    return read.value
  })
  return { value, mark }
}

function fields(node: YAMLMap.Parsed, { path, at }: Here, walk: Walk): Read {
  const mark = leaf(at)
  const value: Record<string, unknown> = {}
  for (const pair of node.items) {
    const name = keyName(pair.key, mark)
    const offset = pair.key.range[0]
    if (name.kind === 'wrong') {
      walk.flaws.push({ path: name.path === undefined ? path : [...path, name.path], message: name.message, offset })
      continue
    }
    const read =
      pair.value === null ? { value: null, mark: leaf(offset) } : visit(pair.value, [...path, name.name], walk)
    const trap = isScalar(pair.key) ? scalarTrap(pair.key) : undefined
    if (trap !== undefined) walk.flaws.push({ path: [...path, name.name], offset, ...trap })
    mark.children.set(name.name, { ...read.mark, key: offset })
    value[name.name] = read.value
  }
  return { value, mark }
}

type Key = { kind: 'ok'; name: string } | { kind: 'wrong'; message: string; path?: string }

function keyName(key: ParsedNode, mark: Mark): Key {
  if (isMap(key)) return { kind: 'wrong', message: 'a key must be a plain word; a value with {{…}} needs quotes' }
  if (!isScalar(key) || key.value === null) return { kind: 'wrong', message: 'a key must be a plain word' }
  const name = String(key.value)
  if (name === '<<') return { kind: 'wrong', path: name, message: 'merge keys are not read: write the keys out' }
  if (name === '__proto__') return { kind: 'wrong', path: name, message: `${show(name)} cannot be a key` }
  if (mark.children.has(name))
    return { kind: 'wrong', path: name, message: 'is written twice here: keep one of the two' }
  return { kind: 'ok', name }
}
