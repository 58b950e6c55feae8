// A repository and its git history: refs, commits, comparisons, files, archives, pushes.

import { notFound, param, Refused, type Route, repositoryOf } from './call.ts'
import { ancestors, compare, resolve } from './history.ts'
import { iso, showCommit, showPerson, showPull, showRepository } from './show.ts'
import { type Commit, fullName, isPull, type Repository } from './world.ts'

export const codeRoutes: Record<string, Route> = {
  'GET /repos/{owner}/{repo}': (call) => ({ status: 200, body: showRepository(repositoryOf(call)) }),
  'GET /repos/{owner}/{repo}/contents/{path}': (call) => {
    const repository = repositoryOf(call)
    const { files } = commitOf(repository, call.query.get('ref') ?? repository.defaultBranch)
    const path = param(call, 'path')
    const text = files[path] ?? notFound()
    const content = Buffer.from(text).toString('base64')
    return { status: 200, body: { type: 'file', path, size: Buffer.byteLength(text), encoding: 'base64', content } }
  },
  'GET /repos/{owner}/{repo}/git/ref/{ref}': (call) => {
    const { branches, tags } = repositoryOf(call)
    const ref = param(call, 'ref')
    const sha = (ref.startsWith('heads/') ? branches : tags).get(ref.replace(/^\w+\//, '')) ?? notFound()
    return { status: 200, body: { ref: `refs/${ref}`, object: { type: 'commit', sha, url: '' } } }
  },
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': (call) => {
    const { branches, tags } = repositoryOf(call)
    const all = [
      ...[...branches].map(([name, sha]) => ({ ref: `refs/heads/${name}`, sha })),
      ...[...tags].map(([name, sha]) => ({ ref: `refs/tags/${name}`, sha })),
    ]
    const fitting = all.filter(({ ref }) => ref.startsWith(`refs/${param(call, 'ref')}`))
    return { status: 200, list: fitting.map(({ ref, sha }) => ({ ref, object: { type: 'commit', sha, url: '' } })) }
  },
  'GET /repos/{owner}/{repo}/commits': (call) => {
    const repository = repositoryOf(call)
    const from = ancestors(repository, commitOf(repository, call.query.get('sha') ?? repository.defaultBranch).sha)
    const commits = [...repository.commits.values()].filter(({ sha }) => from.has(sha)).reverse()
    return { status: 200, list: commits.map(showCommit) }
  },
  'GET /repos/{owner}/{repo}/commits/{ref}': (call) => {
    const found = resolve(repositoryOf(call), param(call, 'ref'))
    if (!found) throw new Refused(422, `No commit found for SHA: ${param(call, 'ref')}`)
    return { status: 200, body: showCommit(found) }
  },
  'GET /repos/{owner}/{repo}/compare/{basehead}': (call) => {
    const repository = repositoryOf(call)
    const [base = '', head = ''] = param(call, 'basehead').split('...')
    const found = compare(repository, commitOf(repository, base), commitOf(repository, head)) ?? notFound()
    const { status, ahead, behind, mergeBase } = found
    const size = Number(call.query.get('per_page') ?? 250)
    const at = (Number(call.query.get('page') ?? 1) - 1) * size
    const commits = ahead.slice(at, at + size).map(showCommit)
    const counts = { ahead_by: ahead.length, behind_by: behind, total_commits: ahead.length }
    return { status: 200, body: { status, ...counts, commits, merge_base_commit: showCommit(mergeBase), files: [] } }
  },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head': (call) => {
    const { branches } = repositoryOf(call)
    const heads = [...branches].filter(([, sha]) => sha === param(call, 'commit_sha'))
    return { status: 200, list: heads.map(([name, sha]) => ({ name, commit: { sha, url: '' }, protected: false })) }
  },
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': (call) => {
    const repository = repositoryOf(call)
    const pulls = [...repository.issues.values()].filter(isPull)
    const sha = param(call, 'commit_sha')
    const fitting = pulls.filter(
      ({ merged, from, branch }) => merged?.commit === sha || from.branches.get(branch) === sha,
    )
    return { status: 200, list: fitting.map((pull) => showPull(pull, repository)) }
  },
  'GET /repos/{owner}/{repo}/branches': (call) => {
    const { branches } = repositoryOf(call)
    return {
      status: 200,
      list: [...branches].map(([name, sha]) => ({ name, commit: { sha, url: '' }, protected: false })),
    }
  },
  'GET /repos/{owner}/{repo}/branches/{branch}': (call) => {
    const repository = repositoryOf(call)
    const name = param(call, 'branch')
    const commit = repository.commits.get(repository.branches.get(name) ?? '') ?? notFound()
    const contexts = name === repository.defaultBranch ? repository.required : []
    const checks = contexts.map((context) => ({ context, app_id: null }))
    const required_status_checks = { enforcement_level: 'everyone', contexts, checks }
    const protection = { enabled: contexts.length > 0, required_status_checks }
    return { status: 200, body: { name, commit: showCommit(commit), protected: contexts.length > 0, protection } }
  },
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': () => ({ status: 200, list: [] }),
  'GET /repos/{owner}/{repo}/activity': (call) => {
    const ref = call.query.get('ref')
    const list = repositoryOf(call).activity.filter((each) => ref === null || each.ref === ref)
    return {
      status: 200,
      list: list.map(({ id, ref, before, after, at, actor }) => ({
        ...{ id, ref, before, after, timestamp: iso(at), activity_type: 'push', actor: showPerson(actor) },
      })),
    }
  },
  'GET /repos/{owner}/{repo}/tarball/{ref}': (call) => {
    const repository = repositoryOf(call)
    const { sha } = commitOf(repository, param(call, 'ref'))
    return { status: 302, location: `${new URL(call.base).origin}/codeload/${fullName(repository)}/${sha}` }
  },
}

function commitOf(repository: Repository, ref: string): Commit {
  return resolve(repository, ref) ?? notFound()
}
