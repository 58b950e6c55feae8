// What a workflow gave the step, checked: each fault names its input. Values are data; nothing of them is ever run.

import { parseDuration } from '../../src/config/duration.ts'
import { ok, type Parsed, wrong } from '../../src/config/fault.ts'
import { show } from '../../src/config/printable.ts'
import { parseEnvironmentName, parseName } from '../../src/config/schema/name.ts'
import { Secret } from '../../src/core/secret.ts'
import { INPUTS, type InputName, type InputRule, type Verb } from './contract.ts'
import { readServerUrl } from './server-url.ts'

export type OnCancel = 'halt' | 'rollback' | 'detach'

/** Through a server, by its name (`url`, an origin), or by the engine in this job. */
export type WayWanted =
  | { kind: 'server'; url: string; token?: Secret }
  | { kind: 'direct'; sshKey: Secret; knownHosts: string }

export type Inputs = {
  environment: string
  ref?: string
  file: string
  way: WayWanted
  /** None: every zone. */
  zones: readonly string[]
  planOnly: boolean
  wait: boolean
  timeoutMs: number
  onCancel: OnCancel
  githubToken?: Secret
}

export type ReadInputs = { kind: 'ok'; inputs: Inputs } | { kind: 'faults'; faults: readonly string[] }

type Variables = Readonly<Record<string, string | undefined>>

/** `env`: the step's, where the runner puts inputs as `INPUT_<NAME>`. */
export function readInputs(verb: Verb, env: Variables): ReadInputs {
  const faults: string[] = []
  const word = (name: InputName) => wordOf(verb, name, env)
  const check = <Value>(name: InputName, read: (text: string) => Parsed<Value>, fallback: Value): Value => {
    const text = word(name)
    if (text === '' && !isRequired(name)) return fallback
    const parsed = text === '' ? wrong('is required') : read(text)
    if (parsed.kind === 'ok') return parsed.value
    faults.push(`input ${name}: ${parsed.message}${parsed.write === undefined ? '' : `; write ${parsed.write}`}`)
    return fallback
  }
  const environment = check('environment', parseEnvironmentName, '')
  const ref = check('ref', parseRef, '')
  const githubToken = word('github-token')
  const inputs: Inputs = {
    ...{ environment, file: check('file', parseRelative, ''), way: readWay(word, check) },
    ...(ref !== '' && { ref }),
    zones: check('zones', parseZones, []),
    planOnly: check('plan-only', parseFlag, false),
    wait: check('wait', parseFlag, true),
    timeoutMs: check('timeout', parseTimeout, 3_600_000),
    onCancel: check('on-cancel', parseOnCancel, 'halt'),
    ...(githubToken !== '' && { githubToken: new Secret(githubToken) }),
  }
  if (inputs.way.kind === 'direct' && !inputs.wait)
    faults.push('input wait: in direct mode nobody goes on when the job ends; leave it at true')
  if (inputs.way.kind === 'server' && inputs.zones.length > 0)
    faults.push('input zones: only direct mode can take a part of an environment; a server rolls out all of it')
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'ok', inputs }
}

type Check = <Value>(name: InputName, read: (text: string) => Parsed<Value>, fallback: Value) => Value

function readWay(word: (name: InputName) => string, check: Check): WayWanted {
  const mode = check('mode', parseMode, 'server')
  const need = (name: InputName, what: string) => {
    check('mode', () => (word(name) === '' ? wrong(`${mode} needs the input ${name}, ${what}`) : ok(mode)), mode)
    return word(name)
  }
  if (mode === 'direct') {
    const sshKey = need('ssh-key', 'a private key')
    return { kind: 'direct', sshKey: new Secret(`${sshKey}\n`), knownHosts: need('known-hosts', 'the hosts’ keys') }
  }
  need('server', 'the URL of yours; without a server set mode to direct')
  const token = word('token')
  return {
    ...{ kind: 'server', url: check('server', readServerUrl, '') },
    ...(token !== '' && { token: new Secret(token) }),
  }
}

/** As the runner names them: upper case, and blanks become `_`; a dash stays. */
export function variableOf(name: string): string {
  return `INPUT_${name.toUpperCase().replaceAll(' ', '_')}`
}

/** A step that has no such input gets its default. */
function wordOf(verb: Verb, name: InputName, env: Variables): string {
  const rule: InputRule = INPUTS[name]
  const given = rule.of.includes(verb) ? (env[variableOf(name)] ?? '').trim() : ''
  const fallback = rule.default?.startsWith('$') ? '' : (rule.default ?? '')
  return given === '' ? fallback : given
}

function isRequired(name: InputName): boolean {
  const rule: InputRule = INPUTS[name]
  return rule.required === true
}

/** No job lasts longer than five days. */
function parseTimeout(text: string): Parsed<number> {
  const parsed = parseDuration(text, 1_000)
  return parsed.kind === 'ok' && parsed.value > LONGEST_JOB_MS
    ? wrong(`${show(text)} is longer than a job`, '120h')
    : parsed
}

const LONGEST_JOB_MS = 120 * 3_600_000

function parseMode(text: string): Parsed<'server' | 'direct'> {
  return text === 'server' || text === 'direct' ? ok(text) : wrong(`${show(text)} is neither server nor direct`)
}

function parseOnCancel(text: string): Parsed<OnCancel> {
  if (text === 'halt' || text === 'rollback' || text === 'detach') return ok(text)
  return wrong(`${show(text)} is none of halt, rollback and detach`)
}

/** YAML 1.2's own two words. */
function parseFlag(text: string): Parsed<boolean> {
  const word = text.toLowerCase()
  return word === 'true' || word === 'false' ? ok(word === 'true') : wrong(`${show(text)} is neither true nor false`)
}

/** git's own limits and no leading dash: it must never look like an option. */
function parseRef(text: string): Parsed<string> {
  if (/^[A-Za-z0-9][A-Za-z0-9._+/@-]{0,254}$/.test(text) && !text.includes('..')) return ok(text)
  return wrong(`${show(text)} is not the name of a branch, a tag, a commit or a release`)
}

function parseRelative(text: string): Parsed<string> {
  const parts = text.split('/')
  if (/^[^\u0000-\u001f\\]{1,255}$/.test(text) && !text.startsWith('/') && !parts.includes('..')) return ok(text)
  return wrong(`${show(text)} is not a path inside the checkout`)
}

function parseZones(text: string): Parsed<readonly string[]> {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  for (const name of names) {
    const parsed = parseName(name)
    if (parsed.kind !== 'ok') return parsed
  }
  return ok([...new Set(names)])
}
