// What needs a person's word is refused where there is nobody: never skipped.

import { expect, it } from 'vitest'
import { refuseWaits } from '../../action/src/direct/refuse-waits.ts'
import { fleetOf, plain, planOf } from '../support/plan-of.ts'

const plan = planOf({ fleet: fleetOf({ a: 2, b: 2 }) })
const waiting = planOf({
  fleet: fleetOf({ a: 2, b: 2 }),
  strategy: { ...plain, order: 'zone-by-zone', betweenZones: { kind: 'wait' } },
})
const approvals = { required: 1, notAuthor: true, from: [{ kind: 'role', role: 'write' }] } as const

it('refuses approvals and waits, and nothing else', () => {
  refuseWaits(plan, { name: 'production' })
  const refusal = (message: RegExp) =>
    expect.objectContaining({ code: 'needs-a-person', message: expect.stringMatching(message) })
  expect(() => refuseWaits(waiting, { name: 'production' })).toThrow(refusal(/waits for a person after a/))
  expect(() => refuseWaits(plan, { name: 'production', approvals })).toThrow(refusal(/production need approvals/))
})
