// What is packed is what runs: files that the code reads are in the image and in the npm package, and the unit and the compose
// file say of Houston what Houston says of itself.

import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const read = (file: string) => readFileSync(file, 'utf8')

/** Files beside src/ that the code opens where it is installed. */
function opened(): string[] {
  const named = globSync('src/**/*.ts').flatMap((file) =>
    [...read(file).matchAll(/new URL\(\s*'((?:\.\.\/)+[^']+)',\s*import\.meta\.url/g)].map(([, path = '']) =>
      normalize(join(dirname(file), path)),
    ),
  )
  return [...new Set(named)].filter((path) => !path.startsWith('src') && existsSync(path)).sort()
}

/** Sources that the image copies from the build's context. */
function copied(): string[] {
  return [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) => from.split(' '))
}

it('the code opens files that this test can see', () => {
  expect(opened()).toContain('app.yml')
  expect(opened()).toContain('package.json')
})

it.each(['Dockerfile', 'package'])('%s: every file that the code opens is there', (what) => {
  const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(read('package.json')))
  const there = what === 'Dockerfile' ? copied() : [...files, 'package.json']
  expect(opened().filter((file) => !there.includes(file))).toEqual([])
})

it('the build sees what the image copies, and nothing else', () => {
  const seen = read('.dockerignore').match(/^!.+$/gm) ?? []
  expect(seen.map((line) => line.slice(1)).sort()).toEqual([...new Set(copied())].sort())
  expect(copied().filter((file) => !existsSync(file))).toEqual([])
})

it('the image and the unit run the launcher on a Node that is new enough, not as root', () => {
  const { engines } = z.object({ engines: z.object({ node: z.string() }) }).parse(JSON.parse(read('package.json')))
  const needed = Number(/\d+/.exec(engines.node)?.[0])
  const bases = [...read('Dockerfile').matchAll(/^FROM .*node:(\d+)/gm)].map(([, major]) => Number(major))
  expect(bases.length).toBeGreaterThan(0)
  expect(bases.every((major) => major >= needed)).toBe(true)
  expect(read('Dockerfile')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m)
  expect(read('deploy/houston.service')).toMatch(/^User=(?!root)\w+$/m)
  expect(read('deploy/houston.service')).toMatch(/^ExecStart=\S+\/node \S+\/bin\/houston\.js serve$/m)
})

it('supervisors wait longer than Houston drains', () => {
  const [, ms = ''] = /DRAIN_WITHIN_MS = ([\d_]+)/.exec(read('src/apps/server/serve.ts')) ?? []
  const drainSeconds = Number(ms.replaceAll('_', '')) / 1_000
  const unit = Number(/^TimeoutStopSec=(\d+)$/m.exec(read('deploy/houston.service'))?.[1])
  const compose = z
    .object({ services: z.object({ houston: z.object({ stop_grace_period: z.string() }) }) })
    .parse(parse(read('compose.yml')))
  expect(unit).toBeGreaterThan(drainSeconds)
  expect(Number.parseInt(compose.services.houston.stop_grace_period, 10)).toBeGreaterThan(drainSeconds)
})
