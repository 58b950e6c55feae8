// What is read of a repository, at GitHub's edge: refs, reachability, rights, pull requests, configuration. What is not
// certain is refused.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCarried, readPullHead } from '../../../src/adapters/github/read-pulls.ts'
import { isAncestor, isReachable } from '../../../src/adapters/github/read-reachable.ts'
import { resolveRef } from '../../../src/adapters/github/read-ref.ts'
import { readConfigFile, readRepository } from '../../../src/adapters/github/read-repository.ts'
import { isTeamMember, type Role, readRole, roleSuffices } from '../../../src/adapters/github/read-rights.ts'
import { repositoryPath } from '../../../src/adapters/github/repository.ts'
import { type Edge, octokitOf, openEdge } from '../../support/github-edge.ts'

const path = repositoryPath('acme/shop')
const [a, b] = ['a'.repeat(40), 'b'.repeat(40)]
const R = '/repos/acme/shop'

let edge: Edge
beforeEach(() => {
  edge = openEdge()
})
afterEach(() => edge.close())

describe('resolveRef', () => {
  type Known = { branch?: string; tag?: string; sha?: string }
  const answer = (name: string, { branch, tag, sha }: Known, asked: readonly string[] = ['branch', 'tag', 'sha']) => {
    const ref = (kind: string, found: string | undefined) =>
      edge.scope
        .get(`${R}/git/ref/${kind}%2F${encodeURIComponent(name)}`)
        .reply(found ? 200 : 404, { ref: `refs/${kind}/${name}`, object: { type: 'commit', sha: found } })
    if (asked.includes('branch')) ref('heads', branch)
    if (asked.includes('tag')) ref('tags', tag)
    if (asked.includes('sha') && /^[0-9a-f]{7,40}$/.test(name))
      edge.scope
        .get(`${R}/commits/${name}`)
        .query(true)
        .reply(sha ? 200 : 422, { sha })
  }
  const cases: [ref: string, known: Known, outcome: object][] = [
    ['main', { branch: a }, { kind: 'commit', sha: a, from: 'branch' }],
    ['feature/x', { branch: a }, { kind: 'commit', sha: a, from: 'branch' }],
    ['v1', { tag: b }, { kind: 'commit', sha: b, from: 'tag' }],
    ['v1', { branch: a, tag: b }, { kind: 'ambiguous', names: ['branch', 'tag'] }],
    ['v1', { branch: a, tag: a }, { kind: 'commit', sha: a, from: 'branch' }],
    ['aaaaaaa', { sha: a }, { kind: 'commit', sha: a, from: 'sha' }],
    ['aaaaaaa', { branch: b, sha: a }, { kind: 'ambiguous', names: ['branch', 'sha'] }],
    // The route answers for a branch of this name; that is not what was typed.
    ['aaaaaaa', { branch: b, sha: b }, { kind: 'commit', sha: b, from: 'branch' }],
    ['nothing', {}, { kind: 'unknown' }],
    ['abcdef1', {}, { kind: 'unknown' }],
  ]
  it.each(cases)('%s with %o', async (ref, known, outcome) => {
    answer(ref, known)
    expect(await resolveRef(octokitOf(), path, ref)).toEqual(outcome)
  })

  it('takes a full name for what it says', async () => {
    answer('v1', { tag: b }, ['tag'])
    expect(await resolveRef(octokitOf(), path, 'refs/tags/v1')).toMatchObject({ sha: b, from: 'tag' })
  })

  it('follows an annotated tag to its commit', async () => {
    edge.scope.get(`${R}/git/ref/tags%2Fv2`).reply(200, { ref: 'refs/tags/v2', object: { type: 'tag', sha: b } })
    edge.scope.get(`${R}/git/tags/${b}`).reply(200, { object: { type: 'commit', sha: a } })
    expect(await resolveRef(octokitOf(), path, 'refs/tags/v2')).toMatchObject({ sha: a })
  })

  it.each(['', '-x', 'a b', 'a..b', 'a\u202eb', '../x', 'x/', 'a\nb', '@', 'x~1', 'a'.repeat(251)])(
    'asks nobody about %j when it is no name',
    async (ref) => {
      expect(await resolveRef(octokitOf(), path, ref)).toEqual({ kind: 'unknown' })
    },
  )
})

describe('isReachable', () => {
  const compare = (of: string, status: string | 404) =>
    edge.scope
      .get(`${R}/compare/${of}...${a}`)
      .query(true)
      .reply(status === 404 ? 404 : 200, { status, commits: [], total_commits: 0 })
  const heads = (names: string[]) =>
    edge.scope.get(`${R}/commits/${a}/branches-where-head`).reply(
      200,
      names.map((name) => ({ name })),
    )
  const branches = (names: string[]) =>
    edge.scope
      .get(`${R}/branches`)
      .query(true)
      .reply(
        200,
        names.map((name) => ({ name })),
      )
  const ask = () => isReachable(octokitOf(), path, { commit: a, defaultBranch: 'main' })

  it.each(['behind', 'identical'])('from the default branch: %s', async (status) => {
    compare('main', status)
    expect(await ask()).toBe(true)
  })

  it('as the head of a branch', async () => {
    compare('main', 'ahead')
    heads(['feature'])
    expect(await ask()).toBe(true)
  })

  it('from within a branch', async () => {
    compare('main', 'diverged')
    heads([])
    branches(['main', 'one', 'two'])
    compare('one', 'diverged')
    compare('two', 'behind')
    expect(await ask()).toBe(true)
  })

  it("not when only a fork has it, though GitHub shows it under this repository's name", async () => {
    compare('main', 'ahead')
    heads([])
    branches(['main', 'one'])
    compare('one', 'ahead')
    expect(await ask()).toBe(false)
  })

  it('knows no ancestor of what is not there', async () => {
    compare(b, 404)
    expect(await isAncestor(octokitOf(), path, { ancestor: a, of: b })).toBe(false)
  })
})

describe('readRole', () => {
  const person = (id: number, login = 'ann') => edge.scope.get(`/user/${id}`).reply(200, { id, login })
  const permission = (body: object, login = 'ann', status = 200) =>
    edge.scope.get(`${R}/collaborators/${login}/permission`).reply(status, body)
  const cases: [name: string, body: object, role: Role][] = [
    ['maintain', { permission: 'write', role_name: 'maintain', user: { id: 1 } }, 'maintain'],
    ['triage', { permission: 'read', role_name: 'triage', user: { id: 1 } }, 'triage'],
    ['a role of their own', { permission: 'write', role_name: 'deployer', user: { id: 1 } }, 'write'],
    ['somebody else by now', { permission: 'admin', role_name: 'admin', user: { id: 2 } }, 'none'],
    ['nobody', { permission: 'admin', role_name: 'admin', user: null }, 'none'],
    ['unknown words', { permission: 'owner', role_name: 'owner', user: { id: 1 } }, 'none'],
  ]
  it.each(cases)('%s', async (_, body, role) => {
    person(1)
    permission(body)
    expect(await readRole(octokitOf(), path, 1)).toBe(role)
  })

  it('none for an account that was deleted', async () => {
    edge.scope.get('/user/1').reply(404)
    expect(await readRole(octokitOf(), path, 1)).toBe('none')
  })

  it('no answer is no right: it throws', async () => {
    person(1)
    edge.scope.get(`${R}/collaborators/ann/permission`).times(3).reply(502)
    await expect(readRole(octokitOf(), path, 1)).rejects.toThrow()
  })

  it('compares roles', () => {
    expect([roleSuffices('write', 'write'), roleSuffices('admin', 'write'), roleSuffices('triage', 'write')]).toEqual([
      true,
      true,
      false,
    ])
  })

  it.each([
    ['active', 200, true],
    ['pending', 200, false],
    ['none', 404, false],
  ])('team membership %s', async (state, status, member) => {
    person(1)
    edge.scope.get('/orgs/acme/teams/sre/memberships/ann').reply(status, { state })
    expect(await isTeamMember(octokitOf(), { organization: 'acme', slug: 'sre' }, 1)).toBe(member)
  })
})

describe('pull requests', () => {
  const pull = (headId: number | null) =>
    edge.scope.get(`${R}/pulls/5`).reply(200, {
      ...{ number: 5, state: 'open', user: { id: 3 } },
      head: { sha: a, ref: 'feature', repo: headId === null ? null : { id: headId } },
      base: { ref: 'main', repo: { id: 1 } },
    })

  it('a push is the one that made the head', async () => {
    pull(1)
    const ref = 'refs/heads/feature'
    edge.scope
      .get(`${R}/activity`)
      .query({ ref, direction: 'desc', per_page: 10 })
      .reply(200, [
        { ref, after: b, timestamp: '2026-11-21T10:02:00Z' },
        { ref, after: a, timestamp: '2026-11-21T10:01:00Z', actor: { id: 4, login: 'dan' } },
      ])
    const push = { at: Date.parse('2026-11-21T10:01:00Z'), by: { via: 'github', id: '4', name: 'dan' } }
    expect(await readPullHead(octokitOf(), path, 5)).toMatchObject({ sha: a, fork: false, open: true, push })
  })

  it.each([2, null])('a head in another repository (%s) is a fork, and its time nobody knows', async (id) => {
    pull(id)
    const head = await readPullHead(octokitOf(), path, 5)
    expect(head.fork).toBe(true)
    expect(head).not.toHaveProperty('push')
  })

  it('a range carries the merged ones of its commits, each once', async () => {
    const at = '2026-11-21T09:00:00Z'
    const person = (id: number) => ({ id, login: `p${id}` })
    const commits = [a, b].map((sha, index) => {
      return { sha, author: person(index), committer: person(9), commit: { committer: { date: at } } }
    })
    edge.scope.get(`${R}/compare/v1...main`).query({ per_page: 100, page: 1 }).reply(200, { commits, total_commits: 3 })
    const later = [{ sha: 'c', author: person(7), committer: null, commit: { committer: { date: at } } }]
    edge.scope.get(`${R}/compare/v1...main`).query({ per_page: 100, page: 2 }).reply(200, { commits: later })
    edge.scope.get(`${R}/commits/c/pulls`).query(true).reply(200, [])
    const merged = (number: number) => ({ number, user: person(8), merged_at: '2026-11-21T10:00:00Z' })
    edge.scope
      .get(`${R}/commits/${a}/pulls`)
      .query(true)
      .reply(200, [merged(1), { number: 2, user: null, merged_at: null }])
    edge.scope
      .get(`${R}/commits/${b}/pulls`)
      .query(true)
      .reply(200, [merged(1), merged(3)])
    const times = { committedAt: Date.parse(at), mergedAt: Date.parse('2026-11-21T10:00:00Z') }
    expect(await readCarried(octokitOf(), path, { from: 'v1', to: 'main' })).toEqual({
      ...{ pulls: [1, 3], complete: true },
      authors: [0, 9, 1, 7, 8].map((id) => ({ via: 'github', id: String(id), name: `p${id}` })),
      commits: [
        { sha: a, ...times },
        { sha: b, ...times },
        { sha: 'c', committedAt: times.committedAt },
      ],
    })
  })
})

describe('a repository', () => {
  const file = { file: '.github/houston.yml', ref: a }
  const contents = (status: number, body: object) =>
    edge.scope.get(`${R}/contents/.github%2Fhouston.yml`).query({ ref: a }).reply(status, body)
  const content = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64')

  it('has an id, a name and a default branch', async () => {
    edge.scope.get(R).reply(200, { id: 1, full_name: 'acme/shop', default_branch: 'trunk', private: true })
    const known = { id: 1, name: 'acme/shop', defaultBranch: 'trunk', private: true }
    expect(await readRepository(octokitOf(), path)).toEqual(known)
  })

  it.each([
    [
      'a file',
      200,
      { type: 'file', size: 3, encoding: 'base64', content: content('a: b') },
      { kind: 'file', text: 'a: b' },
    ],
    ['none', 404, {}, { kind: 'absent' }],
    ['a folder', 200, [], { kind: 'refused', why: 'not-a-file' }],
    ['a link', 200, { type: 'symlink', size: 3 }, { kind: 'refused', why: 'not-a-file' }],
    [
      'too much',
      200,
      { type: 'file', size: 300_000, encoding: 'base64', content: '' },
      { kind: 'refused', why: 'too-large' },
    ],
    [
      'far too much',
      200,
      { type: 'file', size: 3, encoding: 'none', content: '' },
      { kind: 'refused', why: 'too-large' },
    ],
    [
      'no text',
      200,
      { type: 'file', size: 2, encoding: 'base64', content: content(Buffer.from([0xff, 0xfe])) },
      { kind: 'refused', why: 'not-text' },
    ],
  ])('its configuration: %s', async (_, status, body, outcome) => {
    contents(status, body)
    expect(await readConfigFile(octokitOf(), path, file)).toEqual(outcome)
  })

  it.each(['shop', 'acme/shop/x', '../x', 'acme/..', 'acme/a b', '/x'])('%s is no name', (name) => {
    expect(() => repositoryPath(name)).toThrow(RangeError)
  })
})
