// The API described by itself: OpenAPI 3.1 from the same schemas that its routes are served by.

import { z } from 'zod'
import { describeOauth } from './describe-oauth.ts'
import { BOARD_PATH, EVENTS_PATH } from './events.ts'
import type { Route } from './route.ts'
import { environmentRows } from './schema/place.ts'
import { problem } from './schema/problem.ts'
import { namedSchemas, schemaOf } from './schema/registry.ts'
import { change, snapshot } from './schema/report.ts'
import { idempotencyKey } from './serve-route.ts'

export type Operation = {
  operationId: string
  tags: string[]
  summary: string
  parameters: object[]
  requestBody?: object
  /** Empty: nobody has to be known. Absent: somebody has. */
  security?: object[]
  responses: Record<string, object>
}

export type Description = {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  security: object[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; securitySchemes: object }
}

const ABOUT = `Everything that Houston does for people, over HTTP. What is refused is answered as a problem (RFC 9457) with a stable
\`reason\`, what is wrong, why, and what to do next. Unknown fields and parameters are refused. Times are ms since 1970.`

export function describeApi(routes: readonly Route[], version: string): Description {
  const paths: Description['paths'] = {}
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) }
  paths[EVENTS_PATH] = { get: EVENTS }
  paths[BOARD_PATH] = { get: BOARD }
  Object.assign(paths, describeOauth(PROBLEM))
  return {
    openapi: '3.1.0',
    info: { title: 'Houston', version, description: ABOUT },
    servers: [{ url: '/api' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: namedSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token, or the identity of a workflow’s job.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-houston-session', description: 'Whoever is signed in.' },
      },
    },
  }
}

function operationOf(route: Route): Operation {
  const { operation, tag, summary, body, answer, status, method } = route
  return {
    ...{ operationId: operation, tags: [tag], summary },
    parameters: [
      ...parametersOf('path', route.params),
      ...parametersOf('query', route.query),
      ...(method === 'get' ? [] : [IDEMPOTENCY]),
    ],
    ...(body && {
      requestBody: { required: body.safeParse(undefined).success === false, content: json(body, 'input') },
    }),
    responses: { [status]: { description: 'Done.', content: json(answer, 'output') }, default: PROBLEM },
  }
}

const PROBLEM = {
  description: 'What did not happen, why, and what to do next.',
  content: { 'application/problem+json': { schema: schemaOf(problem, 'output') } },
}

const IDEMPOTENCY = {
  ...{ in: 'header', name: 'Idempotency-Key', required: false, schema: schemaOf(idempotencyKey, 'input') },
  description: 'The same request with the same key is carried out once, and answered the same.',
}

const LAST_EVENT = {
  ...{ in: 'header', name: 'Last-Event-ID', required: false, schema: { type: 'string' } },
  description: 'The id of the last event that arrived: what followed is sent, or a new snapshot.',
}

const EVENTS: Operation = {
  ...{ operationId: 'watchRollout', tags: ['Rollouts'] },
  summary: 'Server-sent events: a `snapshot`, then each `change`, at most four a second.',
  parameters: [{ in: 'path', name: 'rollout', required: true, schema: { type: 'string' } }, LAST_EVENT],
  responses: streamOf(snapshot, change),
}

const BOARD: Operation = {
  ...{ operationId: 'watchEnvironments', tags: ['Environments'] },
  summary: 'Server-sent events: a `snapshot` of all that you may see, then each `change`: those that changed.',
  parameters: [LAST_EVENT],
  responses: streamOf(environmentRows),
}

function streamOf(...events: z.ZodType[]): Operation['responses'] {
  const schema = { anyOf: events.map((each) => schemaOf(each, 'output')) }
  return {
    200: { description: 'The data of each event, as JSON.', content: { 'text/event-stream': { schema } } },
    default: PROBLEM,
  }
}

function parametersOf(where: 'path' | 'query', { shape }: z.ZodObject): object[] {
  return Object.entries(shape).map(([name, schema]) => ({
    ...{ in: where, name, required: where === 'path' || !z.safeParse(schema, undefined).success },
    schema: schemaOf(schema, 'input'),
  }))
}

function json(schema: z.ZodType, io: 'input' | 'output') {
  return { 'application/json': { schema: schemaOf(schema, io) } }
}
