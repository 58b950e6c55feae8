// A town whose environments need approvals: how its people approve by button, and what came of it.

import { APP_ID } from '../../support/github-edge.ts'
import { showPerson } from '../../support/github-stand-in/show.ts'
import { addPerson, type Person } from '../../support/github-stand-in/world.ts'
import { Town } from '../../support/github-town.ts'

export const CONFIG = `application: shop
release: { from: tarball }
environments:
  staging: { deploy: on-merge, zones: { a: [web1, web2] }, approvals: {} }
  production: { zones: { a: [prod1] }, approvals: {} }
`
export const BY_TEAM = CONFIG.replace(/approvals: {} }\n$/, 'approvals: { from: ["team:acme/sre"] } }\n')

/** Ada, eve and bob may deploy. It drives from the start: what is not begun is not begun because it waits. */
export class ApprovalTown extends Town {
  readonly bob: Person

  constructor(config: string = CONFIG) {
    super(config)
    this.bob = addPerson(this.world, 'bob')
    for (const { id } of [this.eve, this.bob]) this.repository.roles.set(id, 'write')
  }

  /** The default branch's commit. */
  get tip(): string {
    return this.repository.branches.get('main') ?? ''
  }

  get release(): string {
    return this.tip.slice(0, 10)
  }

  /** How many hosts began anything. */
  get begun(): number {
    return this.remote.begins().size
  }

  async newest(environment = 'production') {
    const [found] = await this.store.rollouts({ environment, limit: 1 })
    if (!found) throw new Error('no rollout')
    return found
  }

  async approvedBy(environment = 'production'): Promise<string[] | undefined> {
    return (await this.newest(environment)).cursor.approvals?.given.map(({ by }) => by.name)
  }

  async press(rollout: string, { sender = this.eve, delivery }: { sender?: Person; delivery?: string } = {}) {
    const check_run = { external_id: `${rollout}/check/approval/1`, head_sha: this.tip, app: { id: APP_ID } }
    const payload = { check_run, requested_action: { identifier: 'approve' }, sender: showPerson(sender) }
    await this.receive('check_run.requested_action', payload, delivery)
  }
}
