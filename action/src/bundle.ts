// Makes the bundles that are checked in from the sources: one file a step, and one with the engine and SSH for steps without a
// server. Readable, and the same bytes for the same sources.

import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { z } from 'zod'
import { VERBS } from './contract.ts'

const SOURCES = fileURLToPath(new URL('.', import.meta.url))
/** Beside each other, wherever the folder of all of them is. */
const DIRECT = '../../direct/dist/direct.js'

const directApart: Plugin = {
  name: 'direct mode is a file of its own',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/open-direct\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: DIRECT, external: true } : undefined,
    )
  },
}

const COMMON: BuildOptions = {
  ...{ bundle: true, platform: 'node', format: 'esm', target: 'node24', absWorkingDir: join(SOURCES, '../..') },
  ...{ charset: 'utf8', legalComments: 'inline', logLevel: 'warning', plugins: [directApart] },
  // ssh2 takes these when a toolchain has built them, and does without.
  external: ['cpu-features', '*.node'],
  // What is written for CommonJS asks for Node's own modules this way.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'\nconst require = makeRequire(import.meta.url)\nconst __dirname = import.meta.dirname",
  },
}

/** `into`: the folder that gets `deploy/dist/`, `rollback/dist/`, `status/dist/` and `direct/dist/`. */
export async function bundle(into: string): Promise<void> {
  const outputs = [
    ...VERBS.map((verb) => ({ from: `${verb}.ts`, to: `${verb}/dist/main.js` })),
    { from: 'direct/open-direct.ts', to: 'direct/dist/direct.js' },
  ]
  for (const { from, to } of outputs) {
    rmSync(join(into, to, '..'), { recursive: true, force: true })
    const entry = { entryPoints: [join(SOURCES, from)], outfile: join(into, to), metafile: true }
    const { metafile } = await build({ ...COMMON, ...entry })
    writeFileSync(join(into, to, '../licenses.txt'), licensesOf(Object.keys(metafile?.inputs ?? {})))
  }
  const scripts = join(SOURCES, '../../src/adapters/ssh/host')
  const beside = join(into, 'direct/dist/host')
  mkdirSync(beside, { recursive: true })
  for (const file of globSync('*.sh', { cwd: scripts })) cpSync(join(scripts, file), join(beside, file))
}

const described = z.object({ name: z.string(), license: z.string().default('unknown') })

/** Those of the packages in a bundle: whoever gets the one gets the other. */
function licensesOf(inputs: readonly string[]): string {
  const root = join(SOURCES, '../..')
  const packages = new Set(inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))
  const texts = [...packages].sort().map((folder) => {
    const [license] = globSync('{LICENSE,LICENCE,license}*', { cwd: join(root, folder) }).sort()
    const { name, license: kind } = described.parse(
      JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
    )
    const text = license === undefined ? `License: ${kind}` : readFileSync(join(root, folder, license), 'utf8').trim()
    return `${name}\n\n${text}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

if (import.meta.main) await bundle(join(SOURCES, '..'))
