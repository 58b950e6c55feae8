// The web app: guards in front, rooms behind them (the API, the pages, sign-in), and what is said where there is no room or one
// failed. It decides no rights and knows no store.

import { type Context, Hono, type MiddlewareHandler, type Next } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { WebEnv } from './who.ts'

/** A part of the app, everything under one path. */
export type Room = { path: string; app: Hono<WebEnv> }

export type WebDeps = {
  /** In this order before everything else: they set `who`, and refuse what nobody may send. */
  guards: readonly MiddlewareHandler<WebEnv>[]
  rooms: readonly Room[]
  /** A room failed; who asked hears that it is in the log. */
  failed: (fault: Error) => void
}

export function createWeb({ guards, rooms, failed }: WebDeps): Hono<WebEnv> {
  const web = new Hono<WebEnv>()
  web.onError((fault, context) => {
    // What a room refused on purpose: a body that is too large.
    if (fault instanceof HTTPException) return fault.getResponse()
    // A body that stopped in the middle: whoever sent it is gone.
    if (!context.req.raw.signal.aborted) failed(fault)
    return context.text('It failed here; the log says why.\n', 500)
  })
  web.notFound((context) => context.text('Not found.\n', 404))
  for (const guard of guards) web.use(guard)
  web.use(refuseUnreadable)
  for (const { path, app } of rooms) web.route(path, app)
  return web
}

/**
 * No form of ours is multipart, and what reads it throws on whatever is not quite it. No name has a NUL, and no database takes it;
 * the API says so itself.
 */
async function refuseUnreadable(context: Context, next: Next): Promise<Response | undefined> {
  if (/%00/.test(context.req.url) && !context.req.path.startsWith('/api/')) return context.text('Not found.\n', 404)
  if (/^multipart\//i.test(context.req.header('content-type') ?? ''))
    return context.text('No form here is sent so.\n', 415)
  await next()
  return undefined
}
