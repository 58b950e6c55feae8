// What happens at GitHub while a rollout waits for approval: another takes its place, GitHub is away, merges come.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ApprovalTown, CONFIG } from './approval-town.ts'

let town: ApprovalTown
beforeEach(async () => {
  town = new ApprovalTown(CONFIG)
  await town.engine.start()
})
afterEach(async () => {
  await town.engine.stop()
  town.close()
})

it('/status says what it waits for, and afterwards who approved it', async () => {
  await town.comment(town.issue(), '/deploy prod')
  await town.comment(town.issue(), '/status prod')
  await town.comment(town.issue(), '/approve prod', { author: town.eve })
  await town.engine.idle()
  await town.comment(town.issue(), '/status prod')
  expect(town.replies).toEqual([
    expect.stringMatching(/waits for approval: 0 of 1 done[\s\S]*Nothing has begun: `1 approval missing/),
    expect.stringMatching(/succeeded: 1 of 1 done[\s\S]*Approved by `eve`\./),
  ])
})

it('what takes the place of the rollout while GitHub is asked is not approved with it', async () => {
  await town.comment(town.issue(), '/deploy prod')
  const { id } = await town.newest()
  town.trouble = ({ path }) => {
    if (!path.includes('/compare/')) return undefined
    town.trouble = () => undefined
    const by = { via: 'github', id: String(town.ada.id), name: 'ada' } as const
    void town.store.rollout(id).then((old) => {
      if (!old) throw new Error('no rollout')
      const { epoch: _, finishedAt: __, intent: ___, ...again } = old
      return town.store.create({ ...again, id: 'newer', requestedBy: by, createdAt: old.createdAt + 1 }, [])
    })
    return undefined
  }
  await town.comment(town.issue(), '/approve prod', { author: town.eve })
  expect([(await town.newest()).id, await town.approvedBy()]).toEqual(['newer', []])
  expect(town.replies).toEqual([expect.stringContaining('Refused: not-the-newest')])
})

it.each(['another was ended', 'there was none'])(
  'what comes while GitHub is asked is approved by nobody: %s',
  async (before) => {
    const from = CONFIG.replace(/approvals: {} }\n$/, 'approvals: { from: ["team:acme/sre"] } }\n')
    town.commit({ files: { '.github/houston.yml': from } })
    await town.comment(town.issue(), '/deploy prod')
    const waiting = await town.store.rollout((await town.newest()).id)
    await town.comment(town.issue(), '/abort prod')
    const { rollouts } = town.store
    let [looks, came] = [0, before === 'another was ended']
    if (!came) town.store.rollouts = async (of) => (came ? await rollouts.call(town.store, of) : [])
    town.trouble = ({ path }) => {
      // The first look is whether she may know of it.
      if (path.includes('/collaborators/')) looks += 1
      if (looks < 2 || !waiting) return undefined
      town.trouble = () => undefined
      came = true
      const { epoch: _, finishedAt: __, intent: ___, ...again } = waiting
      void town.store.create({ ...again, id: 'newer', createdAt: waiting.createdAt + 1 }, [])
      return undefined
    }
    await town.comment(town.issue(), '/approve prod', { author: town.eve })
    expect([(await town.newest()).id, await town.approvedBy(), town.begun]).toEqual(['newer', [], 0])
    const reason = before === 'there was none' ? 'no-rollout' : 'not-the-newest'
    expect(town.replies).toEqual([expect.stringContaining(`Refused: ${reason}`)])
  },
)

it('who approved and lost the right since does not count when the last approval comes', async () => {
  town.commit({ files: { '.github/houston.yml': CONFIG.replaceAll('approvals: {}', 'approvals: { required: 2 }') } })
  await town.comment(town.issue(), '/deploy prod')
  await town.comment(town.issue(), '/approve prod', { author: town.eve })
  expect(await town.approvedBy()).toEqual(['eve'])
  town.repository.roles.set(town.eve.id, 'read')
  await town.comment(town.issue(), '/approve prod', { author: town.bob })
  expect(town.replies).toEqual([expect.stringMatching(/Refused: approver-lost-right[\s\S]*eve/)])
  expect([await town.approvedBy(), town.begun]).toEqual([['eve'], 0])
  expect((await town.audit()).at(-1)).toBe('github bob approve production: approver-lost-right')
})

it('an outage of GitHub loses no approval, and makes none twice', async () => {
  await town.comment(town.issue(), '/deploy prod')
  const { id } = await town.newest()
  town.trouble = ({ path }) => (path.endsWith('/permission') ? [502, { message: 'Bad Gateway' }] : undefined)
  await expect(town.press(id, { delivery: 'one' })).rejects.toMatchObject({ errors: [{ afterMs: 30_000 }] })
  expect([await town.approvedBy(), await town.audit()]).toEqual([[], ['github ada deploy production: accepted']])
  town.trouble = () => undefined
  for (const delivery of ['one', 'one']) await town.press(id, { delivery })
  await town.engine.idle()
  expect([await town.approvedBy(), town.begun]).toEqual([['eve'], 1])
  expect((await town.audit()).slice(1)).toEqual(['github eve approve production: accepted'])
}, 20_000)

describe('a merge', () => {
  const merge = async () => {
    await town.push(town.commit())
    const handled = await town.wishes()
    return { handled, release: town.release }
  }

  it('takes the place of a merge that waits', async () => {
    const { release: old } = await merge()
    const { release } = await merge()
    expect(await town.rollouts('staging')).toEqual([`deploy ${release}: unapproved`, `deploy ${old}: superseded`])
    await town.comment(town.issue(), `/approve staging ${old}`, { author: town.eve })
    expect(town.replies).toEqual([expect.stringContaining('Refused: other-release')])
  })

  it('never takes the place of what a person asked for, and waits behind it', async () => {
    await town.comment(town.issue(), '/deploy staging')
    const before = await town.rollouts('staging')
    const { handled } = await merge()
    expect(handled).toEqual([{ kind: 'later', afterMs: 60_000 }])
    expect(await town.rollouts('staging')).toEqual(before)
    await town.comment(town.issue(), '/approve staging', { author: town.eve })
    await town.engine.idle()
    expect(await town.wishes()).toEqual([{ kind: 'done', note: expect.stringContaining('started') }])
    expect((await town.rollouts('staging'))[0]).toBe(`deploy ${town.release}: unapproved`)
  })

  it('does not take the place of what a person asks for in the middle of it', async () => {
    await merge()
    await town.push(town.commit())
    // The last thing that is asked of GitHub before the rollout begins.
    const fetchArchive = town.means.fetchArchive
    Object.assign(town.means, {
      fetchArchive: async (...asked: Parameters<typeof fetchArchive>) => {
        Object.assign(town.means, { fetchArchive })
        await town.comment(town.issue(), '/deploy staging')
        return await fetchArchive(...asked)
      },
    })
    expect(await town.wishes()).toEqual([{ kind: 'later', afterMs: 10_000 }])
    const { requestedBy, cursor } = await town.newest('staging')
    expect([requestedBy.name, cursor.phase, cursor.approvals?.automatic]).toEqual(['ada', 'unapproved', undefined])
  })

  it('waits for approval also when whoever merged may not deploy there', async () => {
    town.repository.roles.set(town.ada.id, 'read')
    await merge()
    await town.comment(town.issue(), '/approve staging', { author: town.eve })
    await town.engine.idle()
    expect((await town.rollouts('staging'))[0]).toContain('succeeded')
  })
})
