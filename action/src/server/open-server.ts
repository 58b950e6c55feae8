// A step with a server: it asks there, follows there, and ends with what became of it there. The rollout does not need the job.

import { setTimeout as pause } from 'node:timers/promises'
import { refused } from '../../../src/core/intent.ts'
import type { LogTail } from '../../../src/core/project-object.ts'
import type { RolloutReport } from '../../../src/core/report.ts'
import { hostRecords, places, standing } from '../../../src/web/api/schema/place.ts'
import { plan } from '../../../src/web/api/schema/plan.ts'
import { report } from '../../../src/web/api/schema/report.ts'
import { accepted, begun, logs } from '../../../src/web/api/schema/rollout.ts'
import type { StepContext } from '../step-context.ts'
import { type Begun, type FleetLook, StepFault, type Way } from '../way.ts'
import { openBearer } from './bearer.ts'
import { type Client, openClient } from './client.ts'
import { followEvents } from './follow-events.ts'

const now = () => performance.now()
const wait = async (ms: number) => {
  await pause(ms)
}
const MOST_TAILS = 3
const MOST_TAIL = 4_000

/** Throws `StepFault`. */
export async function openServerWay(context: StepContext): Promise<Way> {
  const { way } = context.inputs
  if (way.kind !== 'server') throw new StepFault('invalid-input', 'input mode: not server')
  const client = openClient({ url: way.url, bearer: openBearer(context, now), say: context.log.say, pause: wait, now })
  return new ServerWay(context, { client, url: way.url, application: await findApplication(client, context) })
}

type Opened = { client: Client; url: string; application: string }

class ServerWay implements Way {
  readonly #context: StepContext
  readonly #opened: Opened
  #digest: string | undefined
  #begun: string | undefined

  constructor(context: StepContext, opened: Opened) {
    this.#context = context
    this.#opened = opened
  }

  async plan() {
    const planned = await this.#opened.client.post('/plans', { body: this.#wish, answer: plan }).catch(asUnchanged)
    if (planned.kind !== 'refused') this.#digest = planned.digest
    return planned
  }

  async begin() {
    if (this.#context.verb === 'rollback') return await this.#back((await this.#standing()).latest?.rollout)
    const body = { ...this.#wish, ...(this.#digest !== undefined && { approvedDigest: this.#digest }) }
    const done = await this.#opened.client.post('/rollouts', { body, answer: begun }).catch(asUnchanged)
    return 'kind' in done ? done : await this.#began(done.rollout)
  }

  async rollback() {
    return await this.#back(this.#begun)
  }

  follow(rollout: string, signal: AbortSignal) {
    return followEvents({ client: this.#opened.client, pause: wait, now }, rollout, signal)
  }

  async halt(rollout: string) {
    await this.#opened.client.post(`/rollouts/${encodeURIComponent(rollout)}/halt`, { body: {}, answer: accepted })
    return { kind: 'accepted' } as const
  }

  async look(): Promise<FleetLook> {
    const { latest } = await this.#standing()
    const { hosts } = await this.#opened.client.get(`${this.#path}/hosts`, hostRecords)
    return {
      state: latest?.phase ?? 'new',
      ...(latest && { release: latest.release, rollout: latest.rollout, url: this.#pageOf(latest.rollout) }),
      hosts: hosts.map(({ name, zone, health, release }) => ({
        ...{ name, zone, ...(release !== undefined && { release }) },
        ...(health !== undefined && health !== 'healthy' && { trouble: health }),
      })),
    }
  }

  /** One host for each way to fail. What cannot be read is left out: the page has it. */
  async lastWords(rollout: string): Promise<LogTail[]> {
    const { client } = this.#opened
    const path = `/rollouts/${encodeURIComponent(rollout)}`
    const { failures } = await client.get(path, report)
    const names = failures.slice(0, MOST_TAILS).flatMap(({ hosts }) => hosts.names[0] ?? [])
    const tails = names.map(async (host): Promise<LogTail[]> => {
      const said = await client.get(`${path}/hosts/${encodeURIComponent(host)}/logs`, logs).catch(() => undefined)
      const log = said?.logs.at(-1)?.log
      const text = (log?.tail.trim() === '' ? log.head : (log?.tail ?? '')).slice(-MOST_TAIL)
      return text === '' ? [] : [{ host, text }]
    })
    return (await Promise.all(tails)).flat()
  }

  async close() {}

  get #wish() {
    const { inputs, env } = this.#context
    const ref = inputs.ref ?? env.GITHUB_SHA
    const place = { application: this.#opened.application, environment: inputs.environment }
    return { ...place, ...(ref !== undefined && ref !== '' && { ref }) }
  }

  get #path(): string {
    const { application } = this.#opened
    return `/environments/${encodeURIComponent(application)}/${encodeURIComponent(this.#context.inputs.environment)}`
  }

  #standing(): Promise<{ latest?: RolloutReport }> {
    return this.#opened.client.get(this.#path, standing)
  }

  async #back(rollout: string | undefined) {
    const { verb, inputs } = this.#context
    if (rollout === undefined) return refused('no-rollout', { environment: inputs.environment })
    const body = verb === 'rollback' && inputs.ref !== undefined ? { to: inputs.ref } : {}
    const path = `/rollouts/${encodeURIComponent(rollout)}/rollback`
    return await this.#began((await this.#opened.client.post(path, { body, answer: begun })).rollout)
  }

  async #began(rollout: string): Promise<Begun> {
    this.#begun = rollout
    const path = `/rollouts/${encodeURIComponent(rollout)}/plan`
    // It is begun, whatever can be read of it.
    const carried = await this.#opened.client.get(path, plan).catch(() => undefined)
    return { kind: 'begun', rollout, ...(carried && { plan: carried }), url: this.#pageOf(rollout) }
  }

  #pageOf(rollout: string): string {
    return `${this.#opened.url}/rollouts/${encodeURIComponent(rollout)}`
  }
}

/** What is so already is no fault. */
function asUnchanged(error: unknown) {
  if (!(error instanceof StepFault) || error.code !== 'nothing-to-do') throw error
  return refused('nothing-to-do', error.facts)
}

/**
 * The repository's own comes before one that is nobody's. Another repository's is never meant: a token may see many, and a rollback
 * asks for nothing that would tell them apart. An identity sees its repository's alone, whatever that was called before.
 */
async function findApplication(client: Client, { inputs, env }: StepContext): Promise<string> {
  const { environments } = await client.get('/environments', places)
  const named = environments.filter(({ environment }) => environment === inputs.environment)
  const repository = env.GITHUB_REPOSITORY?.toLowerCase()
  const own = named.filter((place) => place.repository?.toLowerCase() === repository)
  const others = named.filter((place) => place.repository === undefined || !hasToken(inputs))
  const applications = new Set((own.length > 0 ? own : others).map(({ application }) => application))
  const [application] = applications
  if (application !== undefined && applications.size === 1) return application
  const seen = environments.map((place) => `${place.application} ${place.environment}`).join(', ')
  const what = applications.size > 1 ? 'several applications have' : 'there is no environment'
  const about = seen === '' ? 'this job may see none there' : `it may see: ${seen}`
  throw new StepFault('not-found', `input environment: ${what} ${inputs.environment} at the server; ${about}`)
}

function hasToken({ way }: StepContext['inputs']): boolean {
  return way.kind === 'server' && way.token !== undefined
}
