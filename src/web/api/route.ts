// A route of the API as data: what is asked, what is answered, and who does it. Served by serve-route.ts and described by
// describe.ts, so that both say the same.

import { z } from 'zod'
import type { Caller } from './caller.ts'
import { badRequest, type Reply } from './problem.ts'

const none = z.strictObject({})

/** As it arrived: texts of path and query, and JSON. */
export type Raw = { params: unknown; query: unknown; body: unknown }

type Facts = {
  method: 'get' | 'post' | 'delete'
  /** `{name}` stands for a parameter. */
  path: `/v1/${string}`
  /** Unique: what clients call it. */
  operation: string
  tag: string
  summary: string
  /** Of the answer when it went well. */
  status: 200 | 201
  params: z.ZodObject
  query: z.ZodObject
  body?: z.ZodType
  answer: z.ZodType
}

export type Route = Facts & { run(raw: Raw, caller: Caller): Promise<Reply<unknown>> }

type Wanted<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType> = Omit<
  Facts,
  'params' | 'query' | 'body' | 'status' | 'answer'
> & {
  status?: 201
  params?: P
  query?: Q
  body?: B
  answer: A
  handle(
    asked: { params: z.output<P>; query: z.output<Q>; body: z.output<B> },
    caller: Caller,
  ): Promise<Reply<z.output<A>>>
}

/** Nothing is handled that is not as its schemas say. */
export function route<
  A extends z.ZodType,
  P extends z.ZodObject = typeof none,
  Q extends z.ZodObject = typeof none,
  B extends z.ZodType = z.ZodType,
>(wanted: Wanted<P, Q, B, A>): Route {
  const { handle, body, status = 200, ...facts } = wanted
  const shapes = { params: wanted.params ?? none, query: wanted.query ?? none }
  return {
    ...{ ...facts, ...shapes, status },
    ...(body && { body }),
    async run(raw, caller) {
      const params = parse<P>(wanted.params ?? none, 'path', raw.params)
      if ('problem' in params) return params
      const query = parse<Q>(wanted.query ?? none, 'query', raw.query)
      if ('problem' in query) return query
      const sent = parse<B>(body ?? z.undefined(), 'body', raw.body)
      if ('problem' in sent) return sent
      return await handle({ params: params.body, query: query.body, body: sent.body }, caller)
    },
  }
}

function parse<S extends z.ZodType>(schema: z.ZodType, where: string, raw: unknown): Reply<z.output<S>> {
  const parsed = schema.safeParse(raw)
  // The one place where a parsed value gets its schema's type: the parameter may be left out, and then nothing is there.
  return parsed.success ? { body: parsed.data as z.output<S> } : badRequest(where, parsed.error)
}
