// What the checkout says to a step without a server: which environment, which zones, which release; and what it refuses.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDirectProject, readDirectRelease, workOfKept } from '../../action/src/direct/direct-project.ts'
import { readInputs, variableOf } from '../../action/src/inputs.ts'

let workspace: string
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'houston-project-'))
  put('.github/houston.yml', ymlOf('none'))
  put('asset.yml', ymlOf('{ asset: "shop-*.tgz" }'))
  put('tarball.yml', ymlOf('tarball'))
  put('broken.yml', 'application: [\n')
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

function put(file: string, text: string): void {
  mkdirSync(dirname(join(workspace, file)), { recursive: true })
  writeFileSync(join(workspace, file), text)
}

function ymlOf(from: string): string {
  return `application: shop
release: { from: ${from}, directory: /srv/shop }
recipe: { start: sh ./run.sh, preflight: test -x /usr/bin/node }
environments:
  production:
    ssh: { user: deploy }
    zones: { eu-1a: [web1, web2], us-1a: [web3] }
`
}

function read(given: Readonly<Record<string, string>> = {}) {
  const all = { environment: 'production', mode: 'direct', 'ssh-key': 'key', 'known-hosts': 'h', ...given }
  const env = Object.fromEntries(Object.entries(all).map(([name, value]) => [variableOf(name), value]))
  const inputs = readInputs('deploy', env)
  if (inputs.kind !== 'ok') throw new Error(inputs.faults.join())
  return readDirectProject(workspace, inputs.inputs)
}

describe('readDirectProject', () => {
  it.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['all zones', {}, ['web1', 'web2', 'web3']],
    ['one of them', { zones: 'us-1a' }, ['web3']],
    ['in the file’s order', { zones: 'us-1a eu-1a' }, ['web1', 'web2', 'web3']],
  ])('takes %s', async (_, given, wanted) => {
    const { fleet } = await read(given)
    expect(fleet.zones.flatMap(({ hosts }) => hosts.map(({ name }) => name))).toEqual(wanted)
  })

  it.each<[string, Readonly<Record<string, string>>, object]>([
    ['a zone that is none', { zones: 'us-1b' }, { code: 'unknown-zone', message: /input zones:.*us-1b.*eu-1a, us-1a/ }],
    ['another environment', { environment: 'staging' }, { code: 'unknown-environment', message: /but production/ }],
    ['no file', { file: 'no.yml' }, { code: 'no-configuration', message: /input file:.*no\.yml/ }],
    ['a broken file', { file: 'broken.yml' }, { code: 'broken-configuration', message: /broken\.yml:/ }],
  ])('refuses %s', async (_, given, wanted) => {
    const { code, message } = wanted as { code: string; message: RegExp }
    await expect(read(given)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('a release', () => {
  it('that only GitHub keeps is refused', async () => {
    const of = { ref: 'v1', folder: workspace, repository: undefined }
    await expect(readDirectRelease(await read({ file: 'asset.yml' }), of)).rejects.toMatchObject({
      code: 'no-artefact',
      message: expect.stringContaining('needs a server'),
    })
  })

  it('that is brought back is looked for on the host before the team’s preflight, unless it has no files', async () => {
    const preflight = async (file?: string) =>
      workOfKept(await read(file === undefined ? {} : { file }), 'v1').recipe.scripts.preflight
    expect(await preflight('tarball.yml')).toMatch(/^if rmdir [\s\S]*exit 1[\s\S]*test -x \/usr\/bin\/node$/)
    expect(await preflight()).toBe('test -x /usr/bin/node')
  })
})
