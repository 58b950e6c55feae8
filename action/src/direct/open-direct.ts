// A step without a server: the engine runs in this job, over SSH. The hosts are the memory; the store forgets everything when
// the job ends.

import { IdentityError } from '../../../src/adapters/ssh/identity.ts'
import type { SshSettings } from '../../../src/adapters/ssh/settings.ts'
import { systemClock } from '../../../src/apps/cli/system-clock.ts'
import { systemIds } from '../../../src/apps/cli/system-ids.ts'
import type { Fleet } from '../../../src/core/fleet.ts'
import type { Refusal } from '../../../src/core/intent.ts'
import { reportPlan } from '../../../src/core/report-plan.ts'
import type { Engine, Started } from '../../../src/engine/engine.ts'
import type { DeployRequest } from '../../../src/engine/plan-deploy.ts'
import type { HostReading } from '../../../src/engine/ports.ts'
import { readTails } from '../../../src/engine/read-tails.ts'
import type { StepContext } from '../step-context.ts'
import { type Begun, StepFault, type Way } from '../way.ts'
import { type DirectHouse, type HouseOptions, openDirectHouse } from './direct-house.ts'
import { type DirectProject, readDirectProject, readDirectRelease, workOf, workOfKept } from './direct-project.ts'
import { followRollout } from './follow-rollout.ts'
import { lookAtFleet, readingWords } from './look-at-fleet.ts'
import { believable, recollect } from './recollect.ts'
import { refuseWaits } from './refuse-waits.ts'

/** Throws `StepFault`. Every host is read once, before anything else. */
export async function openDirectWay(context: StepContext): Promise<Way> {
  const { inputs, env, log } = context
  const project = await readDirectProject(env.GITHUB_WORKSPACE ?? process.cwd(), inputs)
  const house = openHouse({
    ssh: sshOf(context, project.fleet),
    surfaces: await surfacesOf(context, project),
    failed: (_, error) => log.quote('An internal step failed and is tried again', String(error)),
  })
  const readings = await readHosts(house, project)
  log.say(readingWords(readings))
  house.store.learn(
    { application: project.config.application, environment: project.environment.name },
    recollect({
      ...{ fleet: project.fleet, strategy: project.environment.strategy, readings, by: context.by },
      ...{ workOf: (release) => workOfKept(project, release), digest: systemIds.digest },
      ...(context.verb === 'rollback' && inputs.ref !== undefined && { named: inputs.ref }),
    }),
  )
  return new DirectWay(context, { project, house, readings })
}

type Opened = { project: DirectProject; house: DirectHouse; readings: ReadonlyMap<string, HostReading> }

class DirectWay implements Way {
  readonly #context: StepContext
  readonly #opened: Opened
  #request: Promise<DeployRequest> | undefined
  #started: Promise<void> | undefined

  constructor(context: StepContext, opened: Opened) {
    this.#context = context
    this.#opened = opened
  }

  async plan() {
    const plan = await this.#opened.house.engine.plan(await this.#deploy())
    if (plan.kind === 'refused') return plan
    refuseWaits(plan, this.#opened.project.environment)
    return reportPlan(plan)
  }

  async begin() {
    if (this.#context.verb === 'rollback') return await this.rollback()
    const engine = await this.#engine()
    const request = await this.#deploy()
    const plan = await engine.plan(request)
    if (plan.kind === 'refused') return plan
    refuseWaits(plan, this.#opened.project.environment)
    return this.#begun(await engine.deploy({ ...request, approvedDigest: plan.digest }))
  }

  async rollback() {
    const { application, environment } = this.#place
    const { verb, inputs, by } = this.#context
    const to = verb === 'rollback' ? inputs.ref : undefined
    const engine = await this.#engine()
    return this.#begun(await engine.rollback({ application, environment, by, ...(to !== undefined && { to }) }))
  }

  follow(rollout: string, signal: AbortSignal) {
    return followRollout({ ...this.#opened.house, clock: systemClock }, rollout, signal)
  }

  halt(rollout: string) {
    return this.#opened.house.engine.ask(rollout, this.#context.by, { kind: 'halt' })
  }

  async look() {
    return lookAtFleet(this.#opened.project.fleet, this.#opened.readings)
  }

  async lastWords(rollout: string) {
    const { store } = this.#opened.house
    const record = await store.rollout(rollout)
    return record ? await readTails(store, record, await store.hosts(rollout)) : []
  }

  close(ms: number) {
    return this.#opened.house.close(ms)
  }

  get #place() {
    const { config, environment } = this.#opened.project
    return { application: config.application, environment: environment.name }
  }

  /** The same release for the plan that is shown and for what is carried out. */
  #deploy(): Promise<DeployRequest> {
    this.#request ??= this.#makeRequest()
    return this.#request
  }

  async #makeRequest(): Promise<DeployRequest> {
    const { project } = this.#opened
    const { inputs, env, by } = this.#context
    const folder = `${env.RUNNER_TEMP ?? '/tmp'}/houston`
    const repository = inputs.githubToken && env.GITHUB_REPOSITORY
    const release = await readDirectRelease(project, { ref: inputs.ref, folder, repository })
    const { strategy } = project.environment
    return { work: workOf(project, release), fleet: project.fleet, strategy, includeCurrent: false, by }
  }

  /** It drives: only what begins from now on is told of at GitHub. */
  async #engine(): Promise<Engine> {
    const { engine } = this.#opened.house
    this.#started ??= engine.start()
    await this.#started
    return engine
  }

  #begun(outcome: Started | Refusal) {
    if (outcome.kind === 'refused') return outcome
    const { jobUrl } = this.#context
    const { rollout, plan } = outcome
    return {
      kind: 'begun',
      rollout,
      plan: reportPlan(plan),
      ...(jobUrl !== undefined && { url: jobUrl }),
    } satisfies Begun
  }
}

/** One key for every host: which identity a zone names is a server's matter. */
function sshOf({ inputs, env }: StepContext, { zones }: Fleet): SshSettings {
  if (inputs.way.kind !== 'direct') throw new StepFault('invalid-input', 'input mode: not direct')
  const { sshKey, knownHosts } = inputs.way
  const hosts = zones.flatMap((zone) => zone.hosts)
  const names = new Set(hosts.flatMap(({ identity, jumps }) => [identity, ...jumps.map((jump) => jump.identity)]))
  const identity = { kind: 'key', pem: sshKey.reveal() } as const
  return {
    knownHosts: [knownHosts],
    identities: Object.fromEntries([...names].map((name) => [name, identity])),
    secrets: [sshKey, ...(inputs.githubToken ? [inputs.githubToken] : [])].map((secret) => secret.reveal()),
    cacheDirectory: `${env.RUNNER_TEMP ?? '/tmp'}/houston/artefacts`,
  }
}

async function surfacesOf({ inputs, env, log, jobUrl, verb }: StepContext, { environment }: DirectProject) {
  if (!inputs.githubToken || verb === 'status') return []
  // Only here: without a token nothing of GitHub's client is loaded.
  const { openGithubSurface } = await import('./github-surface.ts')
  const surface = openGithubSurface({
    ...{ token: inputs.githubToken, apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com', environment },
    ...(jobUrl !== undefined && { logUrl: jobUrl }),
    refused: (what, why) =>
      log.annotate(
        'warning',
        `No ${what} is written`,
        `${why}. The rollout goes on; see permissions in docs/actions.md.`,
      ),
  })
  return [surface]
}

async function readHosts({ remote }: DirectHouse, { fleet, config }: DirectProject) {
  const hosts = fleet.zones.flatMap((zone) => zone.hosts)
  const readings = await remote.probe(hosts, config.directory)
  return new Map(
    hosts.flatMap(({ name }, index): [string, HostReading][] => {
      const reading = readings[index]
      return reading ? [[name, believable(reading)]] : []
    }),
  )
}

function openHouse(options: HouseOptions): DirectHouse {
  try {
    return openDirectHouse(options)
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    throw new StepFault('invalid-input', `input ssh-key: ${error.message}`, { cause: error })
  }
}
