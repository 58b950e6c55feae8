// From words to things: environments, releases, moments, exit codes.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packDirectory } from '../../../src/adapters/ssh/pack-directory.ts'
import { exitCodeOf } from '../../../src/apps/cli/exit-code.ts'
import { Failure } from '../../../src/apps/cli/failure.ts'
import { readRepository } from '../../../src/apps/cli/project/git.ts'
import { type ReleaseOrder, resolveRelease } from '../../../src/apps/cli/project/resolve-release.ts'
import { openShelf } from '../../../src/apps/cli/project/shelve-artefact.ts'
import { readMoment } from '../../../src/apps/cli/read-moment.ts'
import { resolveTarget } from '../../../src/apps/cli/resolve-target.ts'
import { paintLine } from '../../../src/apps/cli/screen/paint.ts'
import type { RolloutReport } from '../../../src/core/report.ts'
import { reportRollout } from '../../../src/core/report.ts'
import type { HostState, RolloutPhase } from '../../../src/core/rollout.ts'
import { fleetOf, planOf } from '../../support/plan-of.ts'
import { me } from './house-of.ts'

describe('resolveTarget', () => {
  const target = (application: string, environment: string) => ({ application, environment })
  const targets = [
    target('shop', 'production'),
    target('shop', 'preview'),
    target('shop', 'prod-eu'),
    target('blog', 'staging'),
  ]
  const good: [string, string | undefined, string][] = [
    ['production', undefined, 'shop production'],
    ['produ', undefined, 'shop production'],
    ['pre', undefined, 'shop preview'],
    ['s', undefined, 'blog staging'],
    ['staging', 'blog', 'blog staging'],
  ]
  it.each(good)('%s (%s) is %s', (environment, application, found) => {
    const { application: a, environment: e } = resolveTarget(targets, { environment, application })
    expect(`${a} ${e}`).toBe(found)
  })

  const bad: [string | undefined, string | undefined, RegExp][] = [
    [undefined, undefined, /No environment[\s\S]*production, preview, prod-eu, staging/],
    ['', undefined, /No environment/],
    ['prod', undefined, /several[\s\S]*shop production, shop prod-eu/],
    ['Production', undefined, /no environment "Production"/],
    ['staging', 'shop', /no environment/],
    ['prodution', undefined, /production {3}\(perhaps/],
  ]
  it.each(bad)('%s (%s) is refused', (environment, application, said) => {
    expect(wordsOf(() => resolveTarget(targets, { environment, application }))).toMatch(said)
  })

  it('a full name wins over longer ones, and the application at home over others', () => {
    const two = [target('shop', 'prod'), target('shop', 'prod-eu'), target('blog', 'prod')]
    expect(resolveTarget(two, { environment: 'prod' }, 'blog')).toEqual(target('blog', 'prod'))
    expect(wordsOf(() => resolveTarget(two, { environment: 'prod' }))).toMatch(/--application/)
  })
})

describe('readMoment', () => {
  it.each([
    ['2026-11-12 09:00', new Date(2026, 10, 12, 9).getTime()],
    ['2026-11-12', new Date(2026, 10, 12).getTime()],
    ['2026-11-12T09:00:30Z', Date.UTC(2026, 10, 12, 9, 0, 30)],
    ['2026-11-12 09:00 +0200', Date.UTC(2026, 10, 12, 7)],
  ])('%s', (text, at) => expect(readMoment(text)).toBe(at))

  it.each(['yesterday', '12.11.2026', '2026-13-01', '2026-02-30', '2026-11-12 25:00', ''])('%s is none', (text) => {
    expect(() => readMoment(text)).toThrow(Failure)
  })
})

describe('exitCodeOf', () => {
  const report = (phase: RolloutPhase, host: HostState['phase'] = 'succeeded', over: Partial<RolloutReport> = {}) => {
    const cursor = { phase, stage: 0, forgiven: { fleet: 0, stage: 0, zones: [0] } }
    const hosts = [{ phase: host, attempt: 1 }]
    const plan = planOf({ fleet: fleetOf({ a: 1 }) })
    return { ...reportRollout({ id: 'x', requestedBy: me, createdAt: 0, plan, cursor, hosts }), ...over }
  }
  it.each([
    ['succeeded', 'succeeded', 0],
    ['failed', 'failed', 1],
    ['halted', 'failed', 1],
    ['halted', 'unreachable', 5],
    ['aborted', 'queued', 1],
    ['waiting', 'succeeded', 4],
  ] as const)('%s with a host %s ends with %i', (phase, host, code) =>
    expect(exitCodeOf(report(phase, host))).toBe(code),
  )

  it('tells what was rolled back from what was replaced', () => {
    const own = report('superseded')
    expect(exitCodeOf(own, report('succeeded', 'succeeded', { rollout: 'y', kind: 'rollback' }))).toBe(3)
    expect(exitCodeOf(own, report('succeeded', 'succeeded', { rollout: 'y', kind: 'deploy' }))).toBe(1)
  })
})

describe('resolveRelease', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'houston-release-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const git = (...words: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=ada', '-c', 'user.email=ada@acme.dev', ...words], {
      encoding: 'utf8',
    }).trim()
  const commit = () => {
    git('init', '-q')
    writeFileSync(join(root, 'a'), 'a')
    git('add', 'a')
    git('commit', '-q', '-m', 'a')
    return git('rev-parse', 'HEAD')
  }
  const order = (over: Partial<ReleaseOrder> = {}): ReleaseOrder => ({
    ...{ source: { kind: 'none' }, variables: { A: '1' }, root, environment: 'prod' },
    shelf: openShelf(join(root, '.data'), packDirectory),
    ...over,
  })

  it('is named by the commit, and says when files differ from it', async () => {
    const head = commit()
    expect(await resolveRelease(order())).toEqual({
      ...{ id: head.slice(0, 10), commit: head, artefact: { kind: 'none' }, variables: { A: '1' } },
    })
    writeFileSync(join(root, 'a'), 'b')
    expect((await resolveRelease(order())).id).toBe(`${head.slice(0, 10)}-dirty`)
  })

  it('knows the commit of a tag', async () => {
    const head = commit()
    git('tag', 'v1.4.2')
    expect(await resolveRelease(order({ ref: 'v1.4.2' }))).toMatchObject({ id: 'v1.4.2', commit: head })
    expect(await resolveRelease(order({ ref: 'v9' }))).not.toHaveProperty('commit')
  })

  it.each(['none', 'tarball'] as const)('names a branch by its commit: it moves on (%s)', async (kind) => {
    const head = commit()
    git('branch', 'next')
    for (const ref of ['next', 'HEAD'])
      expect(await resolveRelease(order({ source: { kind }, ref }))).toMatchObject({
        id: head.slice(0, 10),
        commit: head,
      })
    for (const ref of [head, head.slice(0, 7)])
      expect(await resolveRelease(order({ source: { kind }, ref }))).toMatchObject({ id: ref, commit: head })
    git('tag', 'next')
    expect(await resolveRelease(order({ source: { kind }, ref: 'next' }))).toMatchObject({ id: 'next' })
  })

  it('keeps the files of a release, whatever the next build does', async () => {
    mkdirSync(join(root, 'dist'))
    writeFileSync(join(root, 'dist', 'app'), 'one')
    const source = { kind: 'path', path: 'dist' } as const
    const one = await resolveRelease(order({ source }))
    writeFileSync(join(root, 'dist', 'app'), 'two')
    const two = await resolveRelease(order({ source }))
    if (one.artefact.kind !== 'path' || two.artefact.kind !== 'path') throw new Error('no path')
    expect(one.id).toBe(one.artefact.sha256.slice(0, 12))
    expect(two.id).not.toBe(one.id)
    expect(readFileSync(one.artefact.file).length).toBe(one.artefact.bytes)
    writeFileSync(join(root, 'dist', 'app'), 'one')
    expect((await resolveRelease(order({ source, ref: 'r1' }))).artefact).toEqual(one.artefact)
  })

  it('does not make the checkout look changed by what it keeps', async () => {
    const head = commit()
    const source = { kind: 'tarball' } as const
    for (let again = 0; again < 2; again++)
      expect((await resolveRelease(order({ source: again === 0 ? source : { kind: 'none' } }))).id).toBe(
        head.slice(0, 10),
      )
  })

  it('leaves a folder alone that was there before', async () => {
    commit()
    mkdirSync(join(root, '.data'))
    await resolveRelease(order({ source: { kind: 'tarball' } }))
    expect(existsSync(join(root, '.data', '.gitignore'))).toBe(false)
  })

  it('names uncommitted files by their content', async () => {
    const head = commit()
    mkdirSync(join(root, 'dist'))
    writeFileSync(join(root, 'dist', 'app'), 'one')
    const release = await resolveRelease(order({ source: { kind: 'path', path: 'dist' } }))
    expect(release.id).toMatch(new RegExp(`^${head.slice(0, 10)}-dirty\\.[0-9a-f]{12}$`))
  })

  it('packs the files of a commit, whatever lies beside them', async () => {
    const head = commit()
    writeFileSync(join(root, 'a'), 'changed')
    const source = { kind: 'tarball' } as const
    const { id, commit: of, artefact } = await resolveRelease(order({ source }))
    expect([id, of]).toEqual([head.slice(0, 10), head])
    if (artefact.kind !== 'path') throw new Error('no path')
    expect(execFileSync('tar', ['-xzOf', artefact.file, 'a'], { encoding: 'utf8' })).toBe('a')
    expect((await resolveRelease(order({ source, ref: head }))).artefact).toEqual(artefact)
  })

  const url = { kind: 'url', url: 'https://x.dev/{{release}}-{{commit}}.tgz', delivery: 'pull' } as const
  it('fills a url in, with its hash from the command line', async () => {
    const ref = 'a'.repeat(40)
    const { artefact } = await resolveRelease(order({ source: url, ref, sha256: 'b'.repeat(64) }))
    expect(artefact).toEqual({
      kind: 'url',
      url: `https://x.dev/${ref}-${ref}.tgz`,
      sha256: 'b'.repeat(64),
      delivery: 'pull',
    })
  })

  it.each([
    ['no name', {}, /no name/],
    ['no commit', { source: url, ref: 'v1', sha256: 'b'.repeat(64) }, /needs the commit/],
    ['no hash', { source: { ...url, url: 'https://x.dev/{{release}}' }, ref: 'v1' }, /SHA-256/],
    ['a bad hash', { source: { ...url, url: 'https://x.dev/x' }, ref: 'v1', sha256: 'zz' }, /SHA-256/],
    ['no files', { source: { kind: 'path', path: 'dist' } as const, ref: 'v1' }, /nothing at dist/],
    ['no commit to pack', { source: { kind: 'tarball' } as const, ref: 'v1' }, /no commit is known/],
    ['a commit that is not here', { source: { kind: 'tarball' } as const, ref: 'c'.repeat(40) }, /could not archive/],
    ['a file of GitHub', { source: { kind: 'asset', pattern: '*' } as const, ref: 'v1' }, /no asset/],
    ['a slash', { ref: 'feature/x' }, /cannot name a release/],
  ])('%s is refused', async (_, over, said) => {
    const failure = await resolveRelease(order(over)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Failure)
    expect(textOf(failure)).toMatch(said)
  })

  it.each([
    ['git@github.com:acme/shop.git', 'acme/shop'],
    ['https://github.com/acme/shop', 'acme/shop'],
    ['ssh://git@github.com/acme/shop.git/', 'acme/shop'],
  ])('the repository behind %s', async (origin, repository) => {
    git('init', '-q')
    git('remote', 'add', 'origin', origin)
    expect(await readRepository(root)).toBe(repository)
  })
})

function wordsOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    return textOf(error)
  }
  throw new Error('it was not refused')
}

function textOf(error: unknown): string {
  if (!(error instanceof Failure)) throw error
  return error.lines.map((line) => paintLine(line, { colour: false })).join('\n')
}
