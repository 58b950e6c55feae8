// What is recorded of everybody: where a release runs, who asked for what; and who the caller is, with their tokens.

import { z } from 'zod'
import type { AuditEntry } from '../../core/audit.ts'
import { whereabouts } from '../../core/report-past.ts'
import type { Token } from '../../engine/ports-identity.ts'
import type { ApiDeps } from './deps.ts'
import { limit, MOST, visiblePage } from './page.ts'
import { NOT_FOUND } from './problem.ts'
import { placeOf } from './rollouts.ts'
import { type Route, route } from './route.ts'
import { word } from './schema/common.ts'
import { found } from './schema/place.ts'
import { audit, me, newToken, tokenBody, tokens } from './schema/record.ts'
import { emptyBody } from './schema/rollout.ts'

const place = { application: word.exactOptional(), environment: word.exactOptional() }

export function recordRoutes(deps: ApiDeps): Route[] {
  const { store } = deps
  return [
    route({
      ...{ method: 'get', path: '/v1/where', operation: 'where', tag: 'Records' },
      ...{ summary: 'Where a release runs or ran; a commit may be cut to four characters.', answer: found },
      query: z.strictObject({ release: word }),
      async handle({ query: { release } }, caller) {
        const all = await store.where(release)
        const seen = await Promise.all(all.map((each) => caller.looks(placeOf(each))))
        return { body: { found: whereabouts(all.filter((_, index) => seen[index])) } }
      },
    }),
    route({
      ...{ method: 'get', path: '/v1/audit', operation: 'listAudit', tag: 'Records' },
      ...{ summary: 'Who asked for what, and what came of it; the newest first.', answer: audit },
      query: z.strictObject({ ...place, cursor: z.coerce.number().int().nonnegative().exactOptional(), limit }),
      async handle({ query: { cursor, limit: size, ...of } }, caller) {
        const read = (before: string | undefined) =>
          store.audit({ ...of, ...(before !== undefined && { before: Number(before) }), limit: MOST })
        const from = cursor === undefined ? undefined : String(cursor)
        const sees = ({ fact }: AuditEntry) => caller.looks(placeOf(fact))
        const { items, ...rest } = await visiblePage({ read, cursorOf: ({ seq }) => String(seq) }, { from, size, sees })
        return { body: { entries: items, ...rest } }
      },
    }),
    route({
      ...{
        method: 'get',
        path: '/v1/me',
        operation: 'showMe',
        tag: 'People',
        summary: 'Who you are here.',
        answer: me,
      },
      async handle(_, { known: { by, scopes }, person }) {
        return { body: { person, by, ...(scopes && { scopes: [...scopes] }) } }
      },
    }),
    ...tokenRoutes(deps),
  ]
}

/** Only who is signed in has tokens to handle: for everybody else there is nothing here. */
function tokenRoutes({ tokens: desks }: ApiDeps): Route[] {
  const tag = 'People'
  return [
    route({
      ...{ method: 'get', path: '/v1/tokens', operation: 'listTokens', tag, summary: 'Your tokens.', answer: tokens },
      async handle(_, { known }) {
        const desk = desks(known)
        return desk ? { body: { tokens: (await desk.list()).map(told) } } : NOT_FOUND
      },
    }),
    route({
      ...{ method: 'post', path: '/v1/tokens', operation: 'createToken', tag, status: 201 },
      ...{ summary: 'Make a token; its secret is told once.', body: tokenBody, answer: newToken },
      async handle({ body }, { known }) {
        const made = await desks(known)?.make(body)
        return made ? { body: { token: told(made.token), secret: made.text } } : NOT_FOUND
      },
    }),
    route({
      ...{ method: 'delete', path: '/v1/tokens/{token}', operation: 'revokeToken', tag },
      ...{ summary: 'End a token now.', params: z.strictObject({ token: word }), answer: emptyBody },
      async handle({ params }, { known }) {
        return (await desks(known)?.revoke(params.token)) ? { body: {} } : NOT_FOUND
      },
    }),
  ]
}

function told({ owner: _, scopes, ...token }: Token) {
  return { ...token, scopes: [...scopes] }
}
