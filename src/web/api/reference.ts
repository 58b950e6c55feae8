// The reference of the API as a page: the description, readable without any script.

import { html } from 'hono/html'
import type { Description, Operation } from './describe.ts'

export function referencePage({ info, paths }: Description) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))]
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Houston API ${info.version}</title></head>
<body><main>
<h1>Houston API ${info.version}</h1>
<p>${info.description}</p>
<p>For programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1).</p>
${tags.map((tag) => html`<h2>${tag}</h2>${operations.filter(({ operation }) => operation.tags.includes(tag)).map(entry)}`)}
</main></body>
</html>`
}

function entry({ path, method, operation }: { path: string; method: string; operation: Operation }) {
  const { operationId, summary, requestBody, responses, parameters } = operation
  return html`<section id="${operationId}">
<h3><code>${method.toUpperCase()} /api${path}</code></h3>
<p>${summary}</p>
<details><summary>Parameters, body and answers</summary>
<pre tabindex="0">${JSON.stringify({ parameters, requestBody, responses }, undefined, 2)}</pre>
</details>
</section>`
}
