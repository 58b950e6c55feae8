// Commands in comments that are refused: each is answered with its reason, and is in the audit.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { showRepository } from '../../support/github-stand-in/show.ts'
import { addFork, addPerson, moveBranch } from '../../support/github-stand-in/world.ts'
import { CONFIG, Town } from '../../support/github-town.ts'

let town: Town
beforeEach(() => {
  town = new Town()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

describe('a refusal', () => {
  const refused = async (
    reason: string,
    command: string,
    of: Parameters<Town['comment']>[2] = {},
    on = town.issue(),
  ) => {
    const comment = await town.comment(on, command, of)
    expect(town.replies).toEqual([expect.stringContaining(`Refused: ${reason}`)])
    expect(town.reactions(comment)).toEqual(of.author ? [] : ['eyes', 'confused'])
    expect(await town.rollouts('production')).toEqual([])
    const who = of.author?.login ?? 'ada'
    expect(await town.audit()).toEqual([expect.stringContaining(`github ${who} `)])
    expect((await town.audit())[0]).toContain(`production: ${reason}`)
  }

  it.each(['/deploy prod', '/rollback prod', '/halt prod', '/lock prod', '/unlock prod --steal', '/skip prod prod1'])(
    '%s by somebody without the right',
    (command) => refused('not-allowed', command, { author: town.eve }),
  )

  it('by somebody whose right was taken away since, and by one who took another’s name', async () => {
    town.repository.roles.set(town.ada.id, 'read')
    await refused('not-allowed', '/deploy prod')
  })

  it('the name alone gives no right', async () => {
    const [login, id] = [town.ada.login, town.ada.id]
    town.world.people.delete(id)
    const thief = addPerson(town.world, login)
    town.repository.roles.set(id, 'admin')
    await refused('not-allowed', '/deploy prod', { author: thief })
  })

  it('a team, and a maintainer', async () => {
    town.close()
    const deployers = 'production: { deployers: [maintain, "team:acme/sre", "user:grace"], '
    town = new Town(CONFIG.replace('production: { ', deployers))
    await refused('not-allowed', '/deploy prod')
    expect(town.replies[0]).toContain('membership of acme/sre')
    const grace = addPerson(town.world, 'grace')
    town.world.teams.set('acme/sre', new Set([town.eve.id]))
    for (const author of [town.eve, grace]) await town.comment(town.issue(), '/lock prod', { author })
    expect((await town.audit()).slice(1)).toEqual([
      'github eve lock production: accepted',
      'github grace lock production: accepted',
    ])
  })

  it('of a fork', async () => {
    const fork = addFork(town.world, town.repository, town.eve)
    moveBranch(town.world, fork, { branch: 'evil', to: town.commit({ branch: 'evil' }), actor: town.eve })
    await refused('fork', '/deploy prod', {}, town.pull({ branch: 'evil', from: fork, author: town.eve }))
  })

  it('of a commit that only a fork has', async () => {
    const commit = town.commit({ branch: 'evil' })
    town.repository.branches.delete('evil')
    await refused('unreachable-commit', `/deploy prod ${commit.sha}`)
  })

  it('of a head that moved after the comment', async () => {
    town.commit({ branch: 'feature' })
    const then = () => void town.commit({ branch: 'feature' })
    await refused('ref-changed', '/deploy prod', { then }, town.pull({ branch: 'feature' }))
  })

  it('of a branch whose last push GitHub does not tell', async () => {
    town.commit({ branch: 'feature' })
    town.repository.activity.length = 0
    await refused('ref-changed', '/deploy prod feature')
  })

  it.each([
    ['unknown-ref', 'nothing'],
    ['unknown-ref', '"; touch /tmp/canary"'],
    ['unknown-ref', '--'],
    ['ambiguous-ref', 'twice'],
  ])('%s: %s', async (reason, ref) => {
    const commit = town.commit({ branch: 'twice' })
    town.repository.tags.set('twice', town.commit().sha)
    expect(commit.sha).toBeTruthy()
    await refused(reason, `/deploy prod ${ref}`)
  })

  it('of hosts that the operator did not grant', async () => {
    Object.assign(town.means, { settings: { ...town.means.settings, source: 'default' } })
    await refused('not-granted', '/deploy prod')
  })

  it('of files that are not there', async () => {
    Object.assign(town.means, { fetchArchive: async () => ({ kind: 'refused', why: 'no-artifact' }) })
    await refused('no-artefact', '/deploy prod')
  })

  it('of a path: a server has no working tree', async () => {
    town.commit({ files: { '.github/houston.yml': CONFIG.replace('from: tarball', 'from: path, path: ./dist') } })
    await refused('no-artefact', '/deploy prod')
  })

  it('of what would lose what runs there, unless it is asked for backwards; and of a tag that was moved', async () => {
    const old = town.commit()
    const issue = town.issue()
    town.repository.tags.set('v2', town.commit().sha)
    await town.comment(issue, '/deploy prod v2')
    await town.engine.start()
    await town.engine.idle()
    await town.comment(issue, `/deploy prod ${old.sha}`)
    expect(town.replies.at(-1)).toContain('Refused: not-a-descendant')
    town.repository.tags.set('v2', old.sha)
    await town.comment(issue, '/deploy prod v2 --backwards')
    expect(town.replies.at(-1)).toContain('Refused: moved-release')
    await town.comment(issue, `/deploy prod ${old.sha} --backwards`)
    expect((await town.rollouts('production'))[0]).toContain(old.sha.slice(0, 10))
    expect(town.replies).toHaveLength(2)
  })

  describe('of an environment that was rolled out', () => {
    async function rolledOutFrom(repository: string): Promise<void> {
      await town.comment(town.issue(), '/deploy prod')
      const [rollout] = await town.store.rollouts({ environment: 'production', limit: 1 })
      const record = await town.store.rollout(rollout?.id ?? '')
      Object.assign(record?.plan.work.release ?? {}, { repository })
      const read = town.store.rollout.bind(town.store)
      town.store.rollout = async (id) => (id === record?.id ? record : read(id))
    }
    const commands = ['/lock prod', '/deploy prod main --plan', '/status prod', '/history prod']

    it('from another repository', async () => {
      await rolledOutFrom('acme/other')
      for (const command of [...commands, '/halt prod', '/rollback prod']) await town.comment(town.issue(), command)
      expect(town.replies).toHaveLength(6)
      for (const reply of town.replies) expect(reply).toContain('Refused: other-repository')
    })

    it('and then the repository got another name: it is the same', async () => {
      await rolledOutFrom('acme/before')
      town.trouble = ({ path }) => (path === '/repos/acme/before' ? [200, showRepository(town.repository)] : undefined)
      for (const command of commands) await town.comment(town.issue(), command)
      expect(town.replies).toHaveLength(4)
      for (const reply of town.replies) expect(reply).not.toContain('other-repository')
    })
  })

  it('while a rollout runs or a lock holds is the engine’s, in the same words', async () => {
    await town.comment(town.issue(), '/deploy prod')
    const commit = town.commit()
    await town.comment(town.issue(), `/deploy prod ${commit.sha}`)
    expect(town.replies).toEqual([expect.stringContaining('Refused: rollout-running')])
    expect(town.replies[0]).toContain('/rollback production')
    expect(await town.audit()).toEqual([
      'github ada deploy production: accepted',
      'github ada deploy production: rollout-running',
    ])
  })

  it('of a configuration that is missing or broken names the place', async () => {
    town.commit({ files: { '.github/houston.yml': `${CONFIG}nonsense: 1\n` } })
    await town.comment(town.issue(), '/deploy prod')
    expect(town.replies).toEqual([expect.stringMatching(/broken-configuration[\s\S]*houston\.yml:6:1: nonsense/)])
  })

  it('of a broken configuration is none of who stops or takes back: it was merged while hosts are at work', async () => {
    town.remote.behave = () => 'hang'
    await town.engine.start()
    await town.comment(town.issue(), '/deploy staging')
    town.commit({ files: { '.github/houston.yml': `${CONFIG}nonsense: 1\n` } })
    await town.comment(town.issue(), '/deploy staging')
    await town.comment(town.issue(), '/resume staging')
    expect(town.replies).toEqual([
      expect.stringContaining('broken-configuration'),
      expect.stringContaining('broken-configuration'),
    ])
    await town.comment(town.issue(), '/abort staging')
    expect(await town.audit()).toContain('github ada abort staging: accepted')
    await town.engine.stop()
  })
})
