// Gets what somebody's configuration names, but from no address that only this machine may ask: link-local ones, where clouds hand out
// credentials to whoever asks from inside. Decided about the address that is connected to, after the names were resolved.

import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const MOST_REDIRECTS = 5

/** RFC 3927, RFC 4291 2.5.6, and the addresses of clouds that are not link-local. The list also sees IPv4 inside of IPv6. */
const FORBIDDEN = new BlockList()
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4')
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6')
FORBIDDEN.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6')
FORBIDDEN.addAddress('100.100.100.200', 'ipv4')
FORBIDDEN.addAddress('168.63.129.16', 'ipv4')

/** Something was to be got from where only this machine may ask. */
export class ForbiddenAddress extends Error {
  constructor(host: string, address: string) {
    super(`${host} is not asked: ${address} is an address of this machine's own network or cloud`)
    this.name = 'ForbiddenAddress'
  }
}

/** The answer to a GET, with its status as it is; redirects are followed. Rejects with `ForbiddenAddress`. */
export async function guardedGet(
  url: string,
  signal: AbortSignal,
  redirects = MOST_REDIRECTS,
): Promise<IncomingMessage> {
  const response = await getOnce(new URL(url), signal)
  const { statusCode = 0, headers } = response
  if (statusCode < 300 || statusCode > 399 || headers.location === undefined) return response
  response.resume()
  if (redirects === 0) throw new Error('too many redirects')
  return await guardedGet(new URL(headers.location, url).href, signal, redirects - 1)
}

export function isForbidden(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && FORBIDDEN.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

async function getOnce(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TypeError(`not the address of a file: ${url.protocol}`)
  // For an address that is written out nothing is looked up.
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isForbidden(literal)) throw new ForbiddenAddress(url.hostname, literal)
  const get = url.protocol === 'https:' ? getSecure : getPlain
  return await new Promise((resolve, reject) => {
    get(url, { signal, lookup: guardLookup(lookup) }, resolve).once('error', reject)
  })
}

type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** One look-up, judged and used: a name cannot mean another address a moment later. */
export function guardLookup(resolve: ResolveAll): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const forbidden = addresses?.find(({ address }) => isForbidden(address))
      if (error || forbidden) return callback(error ?? new ForbiddenAddress(hostname, forbidden?.address ?? ''), [])
      const [first] = addresses
      if (options.all) callback(null, addresses)
      else callback(null, first?.address ?? '', first?.family)
    })
  }
}
