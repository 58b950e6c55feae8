// The pages on a store in memory and a desk that only keeps what it is asked: who looks is chosen by the test.

import { Hono } from 'hono'
import { MemoryStore } from '../../src/adapters/memory/store.ts'
import type { IdentityStore } from '../../src/engine/ports-identity.ts'
import { readAssets } from '../../src/web/pages/assets.ts'
import { createPages } from '../../src/web/pages/pages.ts'
import { tokenDesk } from '../../src/web/sign-in/token.ts'
import type { WebEnv, Who } from '../../src/web/who.ts'
import { memoryIdentity } from './memory-identity.ts'
import { type FakeDesk, fakeDesk } from './showcase/fake-desk.ts'
import { ADA, NOW } from './showcase/world.ts'

const assets = readAssets()

export class PagesHouse {
  readonly store: MemoryStore
  readonly desk: FakeDesk
  readonly identity: IdentityStore = memoryIdentity(() => NOW)
  readonly faults: Error[] = []
  who: Who = { kind: 'known', by: 'session', person: ADA }
  #intents = 0

  constructor(store = new MemoryStore(() => NOW)) {
    this.store = store
    this.desk = fakeDesk(store)
  }

  /** As a browser asks. */
  async request(path: string, init?: RequestInit): Promise<Response> {
    return await this.#app().request(path, init)
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const answer = await this.request(path)
    return { status: answer.status, text: await answer.text() }
  }

  async post(path: string, fields: Record<string, string>): Promise<Response> {
    return await this.request(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  #app(): Hono<WebEnv> {
    const web = new Hono<WebEnv>()
    web.use(async (context, next) => {
      context.set('who', this.who)
      await next()
    })
    const { store, desk } = this
    const words = () => ({ what: 'What.', why: 'Why.', next: 'houston status' })
    const newIntent = () => `intent-${++this.#intents}`
    const failed = (fault: Error) => void this.faults.push(fault)
    const tokens = (of: Who) => tokenDesk(this.identity, of, newIntent)
    return web.route('/', createPages({ store, desk, assets, words, tokens, now: () => NOW, newIntent, failed }))
  }
}
