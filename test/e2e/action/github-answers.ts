// A GitHub that only takes writes and remembers them, or refuses them all: for steps that tell it of a rollout with the job's token.

import { createServer } from 'node:http'

export type Told = { method: string; path: string; token: string | undefined; body: Readonly<Record<string, unknown>> }

export type GithubAnswers = { url: string; told: Told[]; close(): void }

export async function openGithubAnswers(status: 201 | 403): Promise<GithubAnswers> {
  const told: Told[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const { method = '', url: path = '', headers } = request
      told.push({ method, path, token: headers.authorization, body: text === '' ? {} : JSON.parse(text) })
      const refused = { message: 'Resource not accessible by integration' }
      response.writeHead(method === 'PATCH' && status === 201 ? 200 : status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(status === 403 ? refused : { id: told.length }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    told,
    close: () => void server.close().closeAllConnections(),
  }
}
