// What the steps take and give, by name: each action.yml says the same, and a test compares the two. Data only.

export type Verb = 'deploy' | 'rollback' | 'status'

export const VERBS: readonly Verb[] = ['deploy', 'rollback', 'status']

const MOVES: readonly Verb[] = ['deploy', 'rollback']

/** `of`: the steps that have it. `default`: as action.yml writes it. */
export type InputRule = { of: readonly Verb[]; required?: true; default?: string }

export const INPUTS = {
  environment: { of: VERBS, required: true },
  ref: { of: MOVES },
  file: { of: VERBS, default: '.github/houston.yml' },
  mode: { of: VERBS, default: 'server' },
  server: { of: VERBS },
  token: { of: VERBS },
  'ssh-key': { of: VERBS },
  'known-hosts': { of: VERBS },
  zones: { of: ['deploy'] },
  'plan-only': { of: ['deploy'], default: 'false' },
  wait: { of: MOVES, default: 'true' },
  timeout: { of: MOVES, default: '1h' },
  'on-cancel': { of: MOVES, default: 'halt' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own placeholder, as action.yml has it
  'github-token': { of: MOVES, default: '${{ github.token }}' },
} as const satisfies Readonly<Record<string, InputRule>>

export type InputName = keyof typeof INPUTS

export const OUTPUTS = ['rollout_id', 'state', 'decision', 'reason_code', 'release', 'failed_hosts', 'url'] as const

export type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>
