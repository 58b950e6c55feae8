// What the pages make a browser fetch and run.

import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { readAssets } from '../../../src/web/pages/assets.ts'

it('scripts of any page are at most 60 kB compressed, and all of them come from here', () => {
  const assets = readAssets()
  const scripts = [...assets.files.values()].filter(({ type }) => type.startsWith('text/javascript'))
  const bytes = scripts.reduce((sum, { gzip }) => sum + gzip.length, gzipSync(assets.importMap.text).length)
  expect(bytes).toBeLessThanOrEqual(60_000)
  for (const { body } of scripts) expect(String(body)).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
})
