// The reference of the API as a page's content: the description, readable without any script.

import { html, type View } from '../view/html.ts'
import type { Description, Operation } from './describe.ts'

type Entry = { path: string; method: string; operation: Operation }

export function referencePage({ info, paths }: Description): View {
  const entries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ path, method, operation })),
  )
  const tags = [...new Set(entries.flatMap(({ operation }) => operation.tags))]
  return html`
    <h1>Houston API ${info.version}</h1>
    <p>${info.description}</p>
    <p>For programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1).</p>
    ${tags.map(
      (tag) => html`
      <h2>${tag}</h2>
      ${entries.filter(({ operation }) => operation.tags.includes(tag)).map(section)}
    `,
    )}
  `
}

function section({ path, method, operation }: Entry): View {
  const { operationId, summary, requestBody, responses, parameters } = operation
  const facts = JSON.stringify({ parameters, requestBody, responses }, undefined, 2)
  return html`
    <section id=${operationId}>
      <h3><code>${method.toUpperCase()} /api${path}</code></h3>
      <p>${summary}</p>
      <details>
        <summary>Parameters, body and answers of ${operationId}</summary>
        <pre tabindex="0">${facts}</pre>
      </details>
    </section>
  `
}
