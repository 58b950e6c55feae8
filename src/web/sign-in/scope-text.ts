// Scopes as OAuth writes them (RFC 6749, 3.3): `act`, `look:storefront`, `act:storefront/production`, with blanks between them.

import type { Scope } from '../../core/scope.ts'

const MOST = 20

/** `undefined`: none, too many, or not ours. */
export function readScopes(text: string): Scope[] | undefined {
  const words = text.split(' ').filter((word) => word !== '')
  const scopes = words.map(readScope)
  const known = scopes.filter((scope) => scope !== undefined)
  return known.length === words.length && known.length > 0 && known.length <= MOST ? known : undefined
}

export function writeScopes(scopes: readonly Scope[]): string {
  return scopes.map(writeScope).join(' ')
}

function readScope(word: string): Scope | undefined {
  const [, may, application, environment] = /^(look|act)(?::([^/\s]+)(?:\/([^/\s]+))?)?$/.exec(word) ?? []
  if (may !== 'look' && may !== 'act') return undefined
  const names = [application, environment].map((each) => (each === undefined ? undefined : decoded(each)))
  if (names.includes('')) return undefined
  const [of, at] = names
  return { may, ...(of !== undefined && { application: of }), ...(at !== undefined && { environment: at }) }
}

function writeScope({ may, application, environment }: Scope): string {
  const place = [application, environment].filter((each) => each !== undefined).map(encodeURIComponent)
  return place.length === 0 ? may : `${may}:${place.join('/')}`
}

/** Empty: no name. */
function decoded(text: string): string {
  try {
    const name = decodeURIComponent(text)
    return name.length <= 200 && !name.includes('\0') ? name : ''
  } catch {
    return ''
  }
}
