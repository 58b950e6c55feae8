// The desk of a server that runs in a project's own folder: the houston.yml there, and releases as the terminal makes them. Whoever
// the operator named may do everything; nobody else may do anything.

import { resolveEnvironment } from '../../config/resolve-environment.ts'
import type { Settings } from '../../config/settings.ts'
import { refusedApproval, refusedRule } from '../../core/approval.ts'
import type { Target } from '../../core/command.ts'
import { type Person, type Refusal, refused } from '../../core/intent.ts'
import type { DeployRequest } from '../../engine/plan-deploy.ts'
import type { Act, Asker, Desk, SeenPlace, SeenRef } from '../../engine/ports-desk.ts'
import { Failure } from '../cli/failure.ts'
import { type FoundConfig, findConfig } from '../cli/project/find-config.ts'
import { listRefs } from '../cli/project/git.ts'
import { resolveDeploy } from '../cli/project/resolve-deploy.ts'
import { paintLine } from '../cli/screen/paint.ts'
import { findWaiting } from './approver.ts'
import { type Carrier, carryAct, noteRefused, refusedRollout } from './carry-act.ts'
import { placesOf } from './github-looks.ts'
import type { Office } from './office.ts'
import { originOfAsked, shownOf } from './order-deploy.ts'
import type { OwnedPlaces } from './owned-places.ts'
import { type Memory, remember } from './remember.ts'

export type LocalDeskDeps = Carrier & {
  settings: Settings
  /** The folder of the project, or one in it. */
  folder: string
  /** What the store knows of it is rolled out from here or from a terminal. */
  owned: OwnedPlaces
  /** Whether the operator named this person. */
  isOperator: (person: Person) => boolean
}

const MOST_REFS = 25
const LOOKS: Memory = { forMs: 1_000, atMostMs: 1_000, now: () => performance.now() }

export function createLocalDesk(deps: LocalDeskDeps): Desk & Office {
  const { engine, store, folder, isOperator } = deps
  // A large houston.yml takes a tenth of a second to read, and everything that is typed asks for the places.
  const places = remember(
    LOOKS,
    () => folder,
    () => placesHere(deps),
  )
  const may = (person: Person) => (isOperator(person) ? undefined : STRANGER)
  return {
    async places(person) {
      return isOperator(person) ? await places(undefined) : []
    },
    async placesOf(application) {
      return (await places(undefined)).filter((place) => place.application === application)
    },
    accountOf: async () => undefined,
    commitOfPull: async () => undefined,
    mayLook: async (person) => may(person),
    mayAct: async (person, target, verb) => may(person) ?? (verb && (await refusedHere(store, { person, target }))),
    async act(asker, act) {
      const stranger = may(asker.person)
      if (stranger) return await noteRefused(store, { asker, act }, stranger)
      const caused = await store.causedBy(asker.intent)
      if (caused) return { kind: 'begun', rollout: caused.id }
      const no = await refusedRollout(deps, act)
      if (no) return await noteRefused(store, { asker, act }, no)
      const unfit = act.verb === 'approve' ? await refusedHere(store, { person: asker.person, ...act }) : undefined
      if (unfit) return await noteRefused(store, { asker, act }, unfit)
      if (act.verb !== 'deploy') return await carryAct(deps, { asker, act })
      const request = await requestOf(deps, { asker, act })
      if ('kind' in request) return await noteRefused(store, { asker, act }, request)
      const started = await engine.deploy(request)
      return started.kind === 'refused' ? started : { kind: 'begun', rollout: started.rollout }
    },
    async plan(asker, act) {
      const request = may(asker.person) ?? (await requestOf(deps, { asker, act }))
      return 'kind' in request ? request : await engine.plan(request)
    },
    async refs(person, _target, typed) {
      if (!isOperator(person)) return []
      const refs = await listRefs(folder)
      return refs.filter(({ ref }): boolean => ref.startsWith(typed.trim())).slice(0, MOST_REFS) satisfies SeenRef[]
    },
  }
}

/** Whoever the operator named may approve, but for the one who asked. */
async function refusedHere(
  store: Carrier['store'],
  { person, target, rollout }: { person: Person; target: Target; rollout?: string },
): Promise<Refusal | undefined> {
  const record = await findWaiting({ store }, { target, ...(rollout !== undefined && { rollout }) })
  const { plan, cursor } = record ?? {}
  return refusedRule(plan?.approvals) ?? (cursor?.approvals && refusedApproval(cursor.approvals, person))
}

const STRANGER = refused('not-allowed', { needs: 'to be named by the operator of this server' })

/** What houston.yml has, and what was rolled out though it has it no longer. */
async function placesHere({ folder, owned }: LocalDeskDeps): Promise<SeenPlace[]> {
  const found = await findConfig(folder, undefined)
  const configured = found.kind === 'ok' ? placesOf(found) : []
  const known = (await owned()).filter(({ repository }) => repository === undefined)
  const rest = known.filter((each) => !configured.some((place) => isSame(place, each)))
  return [...configured, ...rest.map((target) => ({ ...target, deploy: 'manual' as const, confirms: false }))]
}

function isSame(a: Target, b: Target): boolean {
  return a.application === b.application && a.environment === b.environment
}

type DeployOf = { asker: Asker; act: Extract<Act, { verb: 'deploy' }> }

async function requestOf(deps: LocalDeskDeps, { asker, act }: DeployOf): Promise<DeployRequest | Refusal> {
  const { person, intent, asked } = asker
  const { target, ref, all, reason, approvedDigest } = act
  const found = await findConfig(deps.folder, undefined)
  if (found.kind !== 'ok') return refusedConfig(found)
  const answer = resolveEnvironment(found.config, target.environment)
  if (answer.kind === 'refused' || found.config.application !== target.application)
    return refused('not-allowed', { needs: `${target.application} ${target.environment} in houston.yml` })
  const { approvals } = answer.environment
  if (approvals && isAlone(deps.settings, person)) return refused('no-approvers')
  const unfit = refusedRule(approvals)
  if (unfit) return unfit
  const words = { ...(ref !== undefined && { ref }), ...(reason !== undefined && { reason }), all }
  const order = { ...found, environment: answer.environment, settings: deps.settings }
  try {
    const request = await resolveDeploy(person, order, words)
    const origin = { ...originOfAsked(asked), shown: shownOf(answer.environment) }
    return { ...request, intent, origin, ...(approvedDigest !== undefined && { approvedDigest }) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // Before the last piece of a line there is a label of the terminal's, if anything.
    const why = error.lines.map((line) => paintLine(line.slice(-1), { colour: false })).join('\n')
    return refused('no-artefact', { ...(ref !== undefined && { release: ref }), why })
  }
}

/** A store in a directory is one user's: whoever else comes from this machine is the same person. */
function isAlone({ databaseUrl }: Settings, { via }: Person): boolean {
  return via === 'terminal' && databaseUrl === undefined
}

function refusedConfig(found: Exclude<FoundConfig, { kind: 'ok' }>): Refusal {
  const branch = 'this server'
  if (found.kind === 'missing') return refused('no-configuration', { branch })
  const faults = found.faults.map(({ message }) => message).join('\n')
  return refused('broken-configuration', { branch, faults })
}
