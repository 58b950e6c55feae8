// Which application a step is about, where the server shows several: never one that belongs to another repository.

import nock from 'nock'
import { afterEach, describe, expect, it } from 'vitest'
import { readInputs, variableOf } from '../../action/src/inputs.ts'
import { openRunnerLog } from '../../action/src/runner-log.ts'
import { openServerWay } from '../../action/src/server/open-server.ts'
import { stepContext } from '../../action/src/step-context.ts'

const URL = 'https://houston.acme.dev'

afterEach(() => nock.cleanAll())

type Place = [application: string, environment: string, repository?: string]

/** The application whose state is asked for. */
async function found(places: readonly Place[]): Promise<string> {
  const environments = places.map(([application, environment, repository]) => ({
    ...{ application, environment, deploy: 'manual', confirms: false, locks: { queue: [] } },
    ...(repository !== undefined && { repository }),
  }))
  nock(URL).get('/api/v1/environments').reply(200, { environments })
  let asked = ''
  const standing = (path: string) => {
    asked = path
    return true
  }
  const empty = { application: 'x', environment: 'production', locks: { queue: [] }, hosts: [] }
  nock(URL).persist().get(standing).reply(200, empty)
  const given = { environment: 'production', server: URL, token: 'hst_secret' }
  const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [variableOf(name), value]))
  const read = readInputs('status', inputs)
  if (read.kind !== 'ok') throw new Error(read.faults.join())
  const env = { GITHUB_REPOSITORY: 'acme/shop' }
  const way = await openServerWay(
    stepContext({ verb: 'status', inputs: read.inputs, env, log: openRunnerLog(() => {}) }),
  )
  await way.look()
  return asked.split('/')[4] ?? ''
}

describe('the application', () => {
  it.each<[string, Place[], string]>([
    [
      'of this repository',
      [
        ['blog', 'production', 'acme/blog'],
        ['shop', 'production', 'Acme/Shop'],
      ],
      'shop',
    ],
    [
      'of nobody, where this one has none',
      [
        ['old', 'production'],
        ['blog', 'production', 'acme/blog'],
      ],
      'old',
    ],
    [
      'of this repository before one of nobody',
      [
        ['old', 'production'],
        ['shop', 'production', 'acme/shop'],
      ],
      'shop',
    ],
  ])('is that %s', async (_, places, wanted) => {
    expect(await found(places)).toBe(wanted)
  })

  it.each<[string, Place[], RegExp]>([
    ['another repository’s', [['blog', 'production', 'acme/blog']], /there is no environment production/],
    [
      'one of two',
      [
        ['shop', 'production', 'acme/shop'],
        ['api', 'production', 'acme/shop'],
      ],
      /several applications/,
    ],
    ['one that has no such environment', [['shop', 'staging', 'acme/shop']], /it may see: shop staging/],
    ['any, where nothing is seen', [], /may see none/],
  ])('is never %s', async (_, places, said) => {
    await expect(found(places)).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(said) })
  })
})
