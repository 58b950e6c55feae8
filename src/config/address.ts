// Host names, addresses, users and ports: the characters that may reach a connection or a screen. Nothing is resolved here.

import { z } from 'zod'
import { ok, type Parsed, wrong } from './fault.ts'
import { show } from './printable.ts'

/** `user@host:port`, of which only the host must be there. An IPv6 address is kept without its brackets. */
export type Endpoint = { host: string; user?: string; port?: number }

const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/
const USER = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/
const ipv4 = z.ipv4()
const ipv6 = z.ipv6()

/** What is wrong with a host name or address, or nothing. */
export function hostNameProblem(name: string): string | undefined {
  if (name.includes(':')) return ipv6.safeParse(name).success ? undefined : `${show(name)} is not an IPv6 address`
  const labels = name.split('.')
  if (name.length > 253 || !labels.every((label) => LABEL.test(label))) {
    return `${show(name)} is not a host name: letters, digits, "-", "_" and dots, none of them at either end`
  }
  // A last label of digits makes resolvers read the whole name as an IPv4 number in one of its odd forms ("127.1").
  const numeric = /^(\d+|0x[\da-f]*)$/i.test(labels.at(-1) ?? '')
  return numeric && !ipv4.safeParse(name).success ? `${show(name)} is not an IPv4 address` : undefined
}

export function parseUser(text: string): Parsed<string> {
  if (USER.test(text)) return ok(text)
  return wrong(`${show(text)} is not a user name`, 'a login such as deploy: letters, digits, ".", "_" and "-"')
}

export function parsePort(input: string | number): Parsed<number> {
  const port = Number(input)
  const whole = /^\d{1,5}$/.test(String(input))
  return whole && port >= 1 && port <= 65_535
    ? ok(port)
    : wrong(`${typeof input === 'number' ? input : show(input)} is not a port`, 'a number from 1 to 65535')
}

/** Splits off the user and the port; checks both, but not the host: it may still be a pattern. */
export function splitEndpoint(text: string): Parsed<Endpoint> {
  const [, userText, rest = ''] = /^(?:([^@]*)@)?(.*)$/s.exec(text) ?? []
  const [, literal, plain, portText] =
    /^(?:\[([\da-f:.]*:[\da-f:.]*:[\da-f:.]*)\]|(.*?))(?::(\d*))?$/is.exec(rest) ?? []
  const host = literal ?? plain ?? ''
  const colons = literal === undefined ? host.replaceAll(/\[[^\]]*\]/g, '').split(':').length - 1 : 0
  if (colons === 1)
    return wrong(`${show(host.slice(host.lastIndexOf(':') + 1))} is not a port`, 'a number from 1 to 65535')
  if (colons > 0)
    return wrong(`${show(text)} has too many colons`, `an IPv6 address in brackets: [${rest.slice(0, 45)}]`)
  const user = userText === undefined ? undefined : parseUser(userText)
  if (user?.kind === 'wrong') return user
  const port = portText === undefined ? undefined : parsePort(portText)
  if (port?.kind === 'wrong') return port
  return ok({ host, ...(user && { user: user.value }), ...(port && { port: port.value }) })
}

/** One host: `web01.acme.dev`, `deploy@web01:2222`, `[2001:db8::1]:22`. */
export function parseEndpoint(text: string): Parsed<Endpoint> {
  const split = splitEndpoint(text)
  if (split.kind === 'wrong') return split
  const problem = hostNameProblem(split.value.host)
  return problem === undefined
    ? split
    : wrong(problem, 'a host such as web01.acme.dev, deploy@web01:2222 or [2001:db8::1]:22')
}
