// Reads houston.yml: text in, a typed configuration or every fault out. It opens no file and never throws.

import type { z } from 'zod'
import type { ApprovalRule } from '../core/approval.ts'
import { buildFleet, countHosts, type FleetPart } from './build-fleet.ts'
import type { Config, Environment, ReleaseSource } from './config.ts'
import type { Fault, Flaw } from './fault.ts'
import { readTyped } from './read-typed.ts'
import type { environmentSchema } from './schema/environment.ts'
import { houstonFileSchema } from './schema/houston.ts'
import { toRecipe } from './schema/recipe.ts'
import type { ReleasePart } from './schema/release.ts'
import { toStrategy } from './schema/rollout.ts'
import { sshSchema } from './schema/ssh.ts'
import { type ZonePart, zoneSchema } from './schema/zone.ts'

export type ConfigResult = { kind: 'ok'; config: Config } | { kind: 'faults'; faults: Fault[] }

/** All environments of one file together. */
const MOST_HOSTS = 200_000

/** `file` is only what faults are to call it. */
export function readConfig(text: string, file: string): ConfigResult {
  const typed = readTyped(text, file, houstonFileSchema)
  if (typed.kind === 'broken') return { kind: 'faults', faults: typed.faults }
  const faults = typed.locate(fleetFlaws(typed.raw))
  if (typed.value === undefined || faults.length > 0) return { kind: 'faults', faults }
  return { kind: 'ok', config: toConfig(typed.value) }
}

type HoustonFile = z.output<typeof houstonFileSchema>
type EnvironmentPart = z.output<typeof environmentSchema>

function toConfig(file: HoustonFile): Config {
  return {
    application: file.application,
    source: toSource(file.release),
    directory: file.release.directory ?? `/srv/${file.application}`,
    keep: file.release.keep ?? 5,
    environments: Object.entries(file.environments).map(([name, part]) => toEnvironment(name, part, file)),
  }
}

function toSource({ from, path }: ReleasePart): ReleaseSource {
  if (from === 'none') return { kind: 'none' }
  if (from === 'path') return { kind: 'path', path: path ?? '.' }
  if (from === 'tarball') return { kind: 'tarball' }
  if ('asset' in from) return { kind: 'asset', pattern: from.asset }
  if ('artifact' in from) return { kind: 'artifact', name: from.artifact }
  return { kind: 'url', ...from, delivery: from.delivery ?? 'pull' }
}

function toRule({ required, from, not_author }: NonNullable<EnvironmentPart['approvals']>): ApprovalRule {
  return { required: required ?? 1, from: from ?? [], notAuthor: not_author ?? true }
}

function toEnvironment(name: string, part: EnvironmentPart, file: HoustonFile): Environment {
  return {
    name,
    deploy: part.deploy ?? 'manual',
    checks: part.checks ?? 'required',
    confirms: part.confirm ?? false,
    ...(part.url !== undefined && { url: part.url }),
    hostChecks: part.host_checks ?? 25,
    ...(part.approvals && { approvals: toRule(part.approvals) }),
    deployers: part.deployers ?? [{ kind: 'role', role: 'write' }],
    fleet: buildFleet({ ssh: [file.ssh ?? {}, part.ssh ?? {}], zones: part.zones }).fleet,
    strategy: toStrategy(part.rollout ?? {}),
    recipe: toRecipe(file.recipe ?? {}, part.recipe ?? {}),
    variables: { ...file.release.variables, ...part.variables },
  }
}

/** Looks at the hosts of whatever zones can be read, so that a slip elsewhere does not hide a host that is there twice. */
function fleetFlaws(raw: unknown): Flaw[] {
  const parts = entries(field(raw, 'environments')).map(([name, environment]) => ({
    name,
    part: fleetPart(raw, environment),
  }))
  const hosts = parts.reduce((sum, { part }) => sum + countHosts(part), 0)
  if (hosts > MOST_HOSTS)
    return [{ path: ['environments'], at: 'key', message: `yield ${hosts} hosts; at most ${MOST_HOSTS} are possible` }]
  return parts.flatMap(({ name, part }) => {
    return buildFleet(part).flaws.map((flaw) => ({ ...flaw, path: ['environments', name, ...flaw.path] }))
  })
}

function fleetPart(raw: unknown, environment: unknown): FleetPart {
  const directory = field(field(raw, 'release'), 'directory')
  const ssh = [raw, environment].map((holder) => sshSchema.safeParse(field(holder, 'ssh')).data ?? {})
  const zones = entries(field(environment, 'zones')).flatMap(([name, zone]): [string, ZonePart][] => {
    const result = zoneSchema.safeParse(zone)
    return result.success ? [[name, result.data]] : []
  })
  const namesDirectory = typeof directory === 'string' && directory.includes('{{host}}')
  return { ssh, zones: Object.fromEntries(zones), namesDirectory }
}

function field(holder: unknown, key: string): unknown {
  const fields: object = Object(holder)
  return Object.hasOwn(fields, key) ? Reflect.get(fields, key) : undefined
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}
