// Drivers, engines, stores and hosts that are broken on purpose.

import type { Mutant } from './mutants.ts'

export const ENGINE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a stale driver goes on',
    seed: 57,
    file: 'src/engine/driver.ts',
    find: "if (outcome !== 'committed') return this.stop()",
    put: "if (outcome === 'busy') return this.stop()",
  },
  {
    name: 'effects are performed before the commit',
    seed: 1,
    file: 'src/engine/driver.ts',
    find: 'const outcome = await this.#commit(batch.commit)',
    put: 'this.#perform(batch.effects)\n    const outcome = await this.#commit(batch.commit)',
  },
  {
    name: 'a new driver does not begin again what it finds',
    seed: 3,
    file: 'src/engine/driver.ts',
    find: 'this.#perform(recover(this.#state))',
    put: 'recover(this.#state)',
  },
  {
    name: 'letters are never answered',
    seed: 1,
    file: 'src/engine/driver.ts',
    find: '(await this.#deps.store.letters(this.rollout)).filter(({ id }) => !this.#known.has(id))',
    put: '(await this.#deps.store.letters(this.rollout)).filter(({ id }) => this.#known.has(id))',
  },
  {
    name: 'a letter is taken twice',
    seed: 146,
    file: 'src/engine/driver.ts',
    find: 'for (const { id } of letters) this.#known.add(id)',
    put: 'for (const { id } of letters) this.#known.delete(id)',
  },
  {
    name: 'a commit that nobody made ends the trail',
    seed: 1,
    file: 'src/engine/driver.ts',
    find: 'this.#trail = batch.trail\n',
    put: 'this.#trail = this.#trail ?? batch.trail\n',
  },
  {
    name: 'the store lets stale drivers write',
    seed: 4,
    file: 'src/adapters/memory/store.ts',
    find: "kept.record.epoch !== commit.epoch) return 'stale'",
    put: "kept.record.epoch < commit.epoch) return 'stale'",
  },
  {
    name: 'the store gives the same epoch twice',
    seed: 1,
    file: 'src/adapters/memory/store.ts',
    find: 'this.#epoch = Math.max(this.#epoch + 1, Date.now())',
    put: 'this.#epoch = Math.max(this.#epoch, 1)',
  },
  {
    name: 'two rollouts at once in an environment',
    seed: 4,
    file: 'src/adapters/memory/store.ts',
    find: "if (other && !isReplaced(other.cursor.phase)) return { kind: 'busy', rollout: other.id }",
    put: "if (other && other.cursor.phase === 'gated') return { kind: 'busy', rollout: other.id }",
  },
  {
    name: 'hosts heed an older epoch',
    seed: 217,
    file: 'test/support/fake-session.ts',
    find: 'return this.#work.epoch < host.fence',
    put: 'return this.#work.epoch < 0',
  },
  {
    name: 'what is in flight when superseded is taken for well',
    seed: 7,
    file: 'src/adapters/memory/store.ts',
    find: '    this.#loseSight(kept, at)\n',
    put: '',
  },
  {
    name: 'a plan is carried out on a fleet that changed',
    seed: 129,
    file: 'src/engine/engine.ts',
    find: '      version,\n    }',
    put: '      version: version.slice(0, 0) || undefined,\n    }',
  },
  {
    name: 'the newest rollout is the one with the latest clock',
    seed: 8,
    file: 'src/adapters/memory/store.ts',
    find: '(this.#newest(rollout)?.createdAt ?? 0) + 1',
    put: '0',
  },
  {
    name: 'a refused letter is in no trail',
    seed: 224,
    file: 'src/engine/driver.ts',
    find: 'trail: entries, answers: no',
    put: 'trail: [], answers: no',
  },
]
