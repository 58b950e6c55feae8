// Where a server listens: an address and a port. Nothing is opened here.

import { hostNameProblem } from './address.ts'
import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

/** An IPv6 address is kept without its brackets. Port 0: any that is free. */
export type Listen = { host: string; port: number }

const WRITE = 'address:port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080'

export function parseListen(text: string): Parsed<Listen> {
  const [, literal, plain, digits] = /^(?:\[([\da-f:.]+)\]|([^:]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = literal ?? plain
  const port = Number(digits)
  if (host === undefined || port > 65_535) return wrong(`${show(text)} is not a place to listen`, WRITE)
  const problem = hostNameProblem(host)
  return problem === undefined ? ok({ host, port }) : wrong(problem, WRITE)
}
