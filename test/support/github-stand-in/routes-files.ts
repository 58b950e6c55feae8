// Files of releases and of workflows. They are given out elsewhere, behind a redirect.

import { type Call, notFound, param, type Reply, type Route, repositoryOf } from './call.ts'

export const fileRoutes: Record<string, Route> = {
  'GET /repos/{owner}/{repo}/releases/tags/{tag}': (call) => {
    const tag = param(call, 'tag')
    const file = repositoryOf(call).files.find((each) => 'tag' in each && each.tag === tag) ?? notFound()
    return { status: 200, body: { id: file.id, tag_name: tag, draft: false, prerelease: false } }
  },
  'GET /repos/{owner}/{repo}/releases/{release_id}/assets': (call) => {
    const { files } = repositoryOf(call)
    // A release has the number of its first file.
    const first = files.find(({ id }) => id === Number(param(call, 'release_id'))) ?? notFound()
    const own = files.filter((each) => 'tag' in each && 'tag' in first && each.tag === first.tag)
    return {
      status: 200,
      list: own.map(({ id, name, bytes }) => ({ id, name, size: bytes.length, state: 'uploaded' })),
    }
  },
  'GET /repos/{owner}/{repo}/releases/assets/{asset_id}': (call) => elsewhere(call, 'asset_id'),
  'GET /repos/{owner}/{repo}/actions/artifacts': (call) => {
    const { files, id: repository_id } = repositoryOf(call)
    const name = call.query.get('name')
    const list = files.flatMap((each) => {
      if (!('sha' in each) || (name ?? each.name) !== each.name) return []
      const workflow_run = { id: each.id, head_sha: each.sha, repository_id, head_repository_id: repository_id }
      const created_at = new Date(call.world.now()).toISOString()
      return {
        id: each.id,
        name: each.name,
        size_in_bytes: each.bytes.length,
        expired: false,
        created_at,
        workflow_run,
      }
    })
    return { status: 200, list, envelope: 'artifacts' }
  },
  'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': (call) =>
    elsewhere(call, 'artifact_id'),
}

function elsewhere(call: Call, key: string): Reply {
  const id = Number(param(call, key))
  if (!repositoryOf(call).files.some((each) => each.id === id)) notFound()
  return { status: 302, location: `${new URL(call.base).origin}/files/${id}` }
}
