// Turns a template's nodes into text of HTML. The one escaper of this sink: every text and every attribute passes it.

import type { VNode } from 'preact'
import type { View } from '../view/html.ts'

const VOID = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'rect', 'path', 'source', 'wbr'])

export function render(view: View): string {
  if (view === null || view === undefined || typeof view === 'boolean') return ''
  if (Array.isArray(view)) return view.map(render).join('')
  if (isNode(view)) return element(view)
  return escaped(String(view))
}

function isNode(view: View): view is VNode<Readonly<Record<string, unknown>>> {
  return typeof view === 'object' && view !== null && 'type' in view && 'props' in view
}

function element({ type, props }: VNode<Readonly<Record<string, unknown>>>): string {
  if (typeof type !== 'string') throw new TypeError('a template holds elements only')
  const { children, ...attributes } = props
  const head = `<${type}${Object.entries(attributes).map(attribute).join('')}`
  if (VOID.has(type)) return type === 'rect' || type === 'path' ? `${head}/>` : `${head}>`
  return `${head}>${render(children)}</${type}>`
}

function attribute([name, value]: readonly [string, unknown]): string {
  if (value === undefined || value === null || value === false || typeof value === 'function') return ''
  return value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`
}

function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`) : text
}
