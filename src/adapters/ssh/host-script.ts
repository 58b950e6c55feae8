// Builds the text that a host's `sh` reads: our shell files and a run's values, quoted. It runs nothing.

import { readFileSync } from 'node:fs'
import type { Recipe } from '../../core/recipe.ts'
import type { Artefact, Release } from '../../core/release.ts'
import type { Claim, RolloutWork } from '../../engine/ports.ts'
import { assign, isVariableName } from './quote.ts'

/** Bytes of output that a host keeps at each end. */
export const OUTPUT_BYTES = 64 * 1024

const common = shell('common.sh')
const begin = shell('begin.sh')
const run = shell('run.sh')
const probe = shell('probe.sh')

/** `artefactBytes`: 0 when nothing is pushed. `held`: an earlier shell of ours waits in vain for a daemon's output. */
export type RunPlace = { host: string; zone: string; claim: Claim; nonce: string; artefactBytes: number; held: boolean }

/** Reads as: values, functions, one last line that runs and exits. The shell may read ahead: send nothing more until asked. */
export function beginScript(work: RolloutWork, place: RunPlace): string {
  const dir = directoryOn(work.work.directory, place.host)
  const values = {
    nonce: place.nonce,
    dir,
    rollout: checked(work.rollout),
    attempt: place.claim.attempt,
    epoch: work.epoch,
    release: checked(work.work.release.id),
    output: OUTPUT_BYTES,
    seconds: seconds(work.work.recipe.timeoutMs),
    bytes: place.artefactBytes,
    ...artefactValues(work.work.release.artefact),
    ...recipeValues(work),
    begin: place.claim.mayBegin ? 1 : 0,
    held: place.held ? 1 : 0,
    preempt: work.preempt ? 1 : 0,
  }
  return `${ours(values)}${variables(work, place, dir)}${common}${run}${begin}_main; exit\n`
}

export function probeScript(directory: string, host: string, nonce: string): string {
  return `${ours({ nonce, dir: directoryOn(directory, host) })}${common}${probe}_main; exit\n`
}

/** `{{host}}` in a directory stands for the host's name, which must then be safe as a part of a path. */
function directoryOn(directory: string, host: string): string {
  if (!directory.startsWith('/') || directory.split('/').includes('..'))
    throw new RangeError(`not an absolute directory: ${JSON.stringify(directory)}`)
  if (!directory.includes('{{host}}')) return directory
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(host)) throw new RangeError(`not a directory name: ${JSON.stringify(host)}`)
  return directory.replaceAll('{{host}}', host)
}

/** What becomes a part of a path: never a separator, never a leading dot or dash. */
function checked(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text)) throw new RangeError(`not safe in a path: ${JSON.stringify(text)}`)
  return text
}

function artefactValues(artefact: Artefact) {
  switch (artefact.kind) {
    case 'none':
      return { artefact: 'none', sha: '', url: '', strip: '' }
    case 'path':
      return { artefact: 'push', sha: sha(artefact.sha256), url: '', strip: artefact.strip || '' }
    case 'url': {
      if (!/^https?:\/\//.test(artefact.url)) throw new RangeError('an artefact is fetched by http or https only')
      return { artefact: artefact.delivery, sha: sha(artefact.sha256), url: artefact.url, strip: '' }
    }
    default:
      return artefact satisfies never
  }
}

function sha(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RangeError('not a SHA-256 in lower-case hex')
  return text
}

function recipeValues({ work }: RolloutWork) {
  const scripts = work.recipe.scripts
  return {
    keep: work.keep,
    s_preflight: scripts.preflight ?? '',
    s_fetch: scripts.fetch ?? '',
    s_drain: scripts.drain ?? '',
    s_stop: scripts.stop ?? '',
    s_start: scripts.start ?? '',
    s_undrain: scripts.undrain ?? '',
    ...validateValues(work.recipe.validate),
  }
}

function validateValues(validation: Recipe['validate']) {
  if (validation?.check.kind !== 'command') return { s_validate: '', v_remote: validation ? 1 : 0 }
  return {
    s_validate: validation.check.script,
    v_remote: 0,
    v_retries: validation.retries,
    v_interval: validation.intervalMs / 1_000,
    v_limit: seconds(validation.timeoutMs),
  }
}

/** A function of the host's script, called only inside a step's subshell: a release's PATH is not ours. */
function variables({ work, rollout }: RolloutWork, place: RunPlace, dir: string): string {
  const exported = { ...own(work.release), ...houston(), HOUSTON_ROLLOUT: rollout }
  return `_variables() {\n${assign(exported)}export ${Object.keys(exported).join(' ')}\n}\n`

  function houston() {
    return {
      HOUSTON_APPLICATION: work.application,
      HOUSTON_ENVIRONMENT: work.environment,
      HOUSTON_RELEASE: work.release.id,
      HOUSTON_COMMIT: work.release.commit ?? '',
      HOUSTON_HOST: place.host,
      HOUSTON_ZONE: place.zone,
      HOUSTON_DIRECTORY: dir,
      HOUSTON_RELEASE_DIRECTORY: `${dir}/releases/${work.release.id}`,
      HOUSTON_SHARED: `${dir}/shared`,
    }
  }
}

function own(release: Release): Record<string, string> {
  for (const name of Object.keys(release.variables))
    if (!isVariableName(name) || name.startsWith('HOUSTON_'))
      throw new RangeError(`not a name for a release's variable: ${JSON.stringify(name)}`)
  return { ...release.variables }
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000))
}

/** Values for the host's shell files, where every name of ours begins with an underscore. */
function ours(values: Readonly<Record<string, string | number>>): string {
  return assign(Object.fromEntries(Object.entries(values).map(([name, value]) => [`_${name}`, value])))
}

/** Without comments and indentation: every byte is sent to every host. */
function shell(name: string): string {
  const text = readFileSync(new URL(`./host/${name}`, import.meta.url), 'utf8')
  const lines = text.split('\n').map((line) => line.trimStart())
  return `${lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n')}\n`
}
