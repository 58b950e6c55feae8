// Slack without GitHub: `houston serve` in a project's folder. Whom the operator named deploys and rolls back; everybody else in the
// channel looks.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SlackStandIn, startSlackStandIn } from '../../support/slack-stand-in/stand-in.ts'
import { HOSTS, type House, OPEN_WITHIN_MS, openHouse } from '../web/house.ts'
import { ADA, answer, BOB, CHANNEL, limitFaults, livingMessages, message, until, wordsOf } from './house.ts'

let slack: SlackStandIn
let house: House
beforeAll(async () => {
  slack = await startSlackStandIn()
  const settings = `slack: { channels: [{ channel: ${CHANNEL}, application: shop }], people: { ${ADA}: ada } }\n`
  house = await openHouse({ variables: slack.variables, settings })
}, OPEN_WITHIN_MS)

afterAll(async () => {
  await house?.close()
  await slack?.close()
})

it('deploys, looks and rolls back', async () => {
  const people = slack.people()
  await people.openHome(ADA)
  const home = await until({ slack }, 'the Home tab', () => slack.town.homes.get(ADA))
  expect(wordsOf(home)).toMatch(/You act as `ada`, whom the operator named[\s\S]*`production`/)
  await people.command(ADA, '/deploy prod v1')
  await message({ slack }, /All 4 hosts run it/)
  await people.command(ADA, '/deploy prod v2')
  await message({ slack }, /v2[\s\S]*All 4 hosts run it/, { after: 1 })
  await people.command(BOB, '/deploy status')
  await answer({ slack }, BOB, /shop production {2}deploy of v2/)
  await people.command(BOB, '/rollback prod')
  await answer({ slack }, BOB, /You may look, and not act/)
  await people.command(ADA, '/rollback prod')
  await message({ slack }, /Roll back[\s\S]*v1[\s\S]*run it/, { after: 2 })
  expect(house.journal().map((line) => line.split(' ')[1])).toEqual(
    ['v1', 'v2', 'v1'].flatMap((release) => HOSTS.map(() => release)),
  )
  expect(livingMessages({ slack })).toHaveLength(3)
  expect(limitFaults({ slack })).toEqual([])
}, 120_000)

it('what cannot be a release is refused with the reason', async () => {
  await slack.people().command(ADA, '/deploy prod')
  await answer({ slack }, ADA, /The release has no name/)
}, 60_000)
