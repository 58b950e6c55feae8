// A number of hosts or a share of them: `3`, `25%`.

import type { Amount } from '../core/strategy.ts'
import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

const ADVICE = 'a number of hosts such as 3, or a share such as 25%'

/** `least`: 1 where nothing would ever move with 0, else 0. */
export function parseAmount(input: string | number, least: 0 | 1): Parsed<Amount> {
  const text = String(input).trim()
  const [, digits, sign] = /^(\d{1,7}(?:\.\d{1,3})?)\s*(%?)$/.exec(text) ?? []
  const said = typeof input === 'number' ? text : show(input)
  if (digits === undefined) return wrong(`${said} is not an amount`, ADVICE)
  return sign === '%' ? share(Number(digits), said, least) : count(Number(digits), said, least)
}

function share(percent: number, said: string, least: 0 | 1): Parsed<Amount> {
  if (percent > 100) return wrong(`${said} is more than all hosts`, '100%')
  if (percent === 0 && least === 1) return wrong(`${said} is no host at all`, 'a share above 0%, or a number from 1')
  return ok({ kind: 'percent', percent })
}

function count(hosts: number, said: string, least: 0 | 1): Parsed<Amount> {
  if (!Number.isInteger(hosts)) return wrong(`${said} is not a whole number of hosts`, ADVICE)
  if (hosts < least) return wrong(`${said} is no host at all`, 'a number from 1, or a share such as 25%')
  return ok({ kind: 'count', count: hosts })
}
