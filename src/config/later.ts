// Words that people write here with good reason and that are wrong: keys whose feature does not exist yet, and keys that stand
// elsewhere. A gate that is not there must be refused, or somebody would believe in it.

import type { Path } from './fault.ts'

export type Hint = { message: string; write: string }

const GATES: Readonly<Record<string, string>> = {
  after: 'promotion from another environment',
  alarms: 'alarms that halt a rollout',
  windows: 'deploy windows',
  freeze: 'freezes',
  lock: 'locks in the file',
  bake: 'a minimum of time between environments',
  gates: 'gates',
}

const MESSAGES: Readonly<Record<string, string>> = { slack: 'Slack', github: 'GitHub', notify: 'notifications' }

type Entry = { at: RegExp; hints: Readonly<Record<string, Hint>> }

const ENTRIES: readonly Entry[] = [
  {
    at: /^$/,
    hints: {
      ...later(MESSAGES),
      ...elsewhere({ rollout: 'environments.<name>.rollout', zones: 'environments.<name>.zones' }),
    },
  },
  {
    at: /^environments\/[^/]+$/,
    hints: { ...later(GATES), ...later(MESSAGES), ...elsewhere({ hosts: 'zones', strategy: 'rollout' }) },
  },
  {
    at: /(^|\/)rollout$/,
    hints: { ...later({ alarms: 'alarms that halt a rollout' }), ...elsewhere({ approvals: 'environments.<name>' }) },
  },
  {
    at: /(^|\/)recipe$/,
    hints: { ...ownSteps(['switch', 'cleanup']), ...elsewhere({ healthcheck: 'validate', health: 'validate' }) },
  },
  {
    at: /^release$/,
    hints: elsewhere({
      url: 'from: { url: … }',
      sha256: 'from: { sha256: … }',
      delivery: 'from: { delivery: … }',
      tarball: 'from: tarball',
      asset: 'from: { asset: … }',
      artifact: 'from: { artifact: … }',
    }),
  },
  { at: /\/zones\/[^/]+\/(hosts\/)?\d+$/, hints: elsewhere({ host: 'name' }) },
]

/** What is known of a key that may not stand at this path. */
export function hintFor(path: Path, key: string): Hint | undefined {
  const place = path.join('/')
  const entry = ENTRIES.find(({ at, hints }) => at.test(place) && Object.hasOwn(hints, key))
  return entry?.hints[key]
}

function later(features: Readonly<Record<string, string>>): Record<string, Hint> {
  const hint = (feature: string): Hint => ({
    message: `is not supported yet (${feature}): it would be ignored`,
    write: 'nothing: remove the key until a release of Houston has it',
  })
  return Object.fromEntries(Object.entries(features).map(([key, feature]) => [key, hint(feature)]))
}

function elsewhere(places: Readonly<Record<string, string>>): Record<string, Hint> {
  return Object.fromEntries(
    Object.entries(places).map(([key, place]) => [key, { message: 'does not stand here', write: place }]),
  )
}

function ownSteps(steps: readonly string[]): Record<string, Hint> {
  const hint: Hint = {
    message: 'is a step that Houston does itself',
    write: 'stop, start or validate for your own part of it',
  }
  return Object.fromEntries(steps.map((step) => [step, hint]))
}
