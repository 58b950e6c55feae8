// What `--help` says: a sentence and an example or two per command, for somebody who has never seen Houston.

export const INTRODUCTION = `Rolls a release out over a fleet of machines by SSH: zone by zone, within failure budgets.
When too many hosts fail it halts, and one command takes it back.`

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  plan: 'show what a deploy would do: hosts, order, budgets, and when it halts',
  deploy: 'roll a release out; shows the plan in short and asks first',
  rollback: 'take the hosts that were touched back to the last good release, failed ones first',
  halt: 'touch no further host; those already begun finish',
  resume: 'go on with the hosts never started, or take over a rollout whose process died',
  continue: 'go on with the next stage, when the rollout waits or bakes',
  approve: 'let a rollout begin that waits for a second person',
  retry: 'run failed and never-started hosts again; nothing finished is repeated',
  abort: 'end the rollout as it stands',
  skip: 'take one dead host out of the rollout',
  lock: 'keep everybody else from deploying there, or wait for your turn',
  unlock: 'open your lock, or with --steal that of somebody else',
  status: 'how the latest rollout stands (without an environment: all of them)',
  history: 'past rollouts, or what each host ran at a moment',
  where: 'where a release or commit runs and ran',
  hosts: 'what each host runs, as recorded, or as the hosts say themselves',
  log: "what a host's last run said",
  audit: 'who asked for what, when, and what came of it',
  validate: 'check houston.yml: every fault with its place',
  schema: 'print the JSON Schema of houston.yml',
  runner: 'do the host work of zones that name this runner, near them; takes it from DATABASE_URL',
  serve: 'drive rollouts as a long-lived process; several of them on one DATABASE_URL share the work',
  doctor: 'check this machine, keys and one host per zone',
  demo: 'a fleet of real SSH servers on this machine: a deploy, a halt, a rollback',
  login: 'sign this terminal in at a server, so that HOUSTON_URL is enough to work with it',
  logout: 'revoke and forget the token for a server',
  completion: 'print a completion script for a shell',
}

export function describe(command: string): string {
  return DESCRIPTIONS[command] ?? ''
}

function examples(...lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([line]) => line.length))
  return `\nExamples:\n${lines.map(([line, why]) => `  ${line.padEnd(width)}   ${why}`).join('\n')}\n`
}

const EXIT_CODES = `
Exit codes: 0 ok, 1 rollout failed or halted, 2 usage or configuration, 3 rolled back, 4 refused or blocked,
5 unreachable, 130 interrupted.
`

export const EXAMPLES: Readonly<Record<string, string>> = {
  houston: `${examples(
    ['houston demo', 'see it work, on this machine alone'],
    ['houston doctor', 'is everything in place?'],
    ['houston plan production', 'what would happen'],
    ['houston deploy production', 'do it'],
    ['houston status production --watch', 'follow it from another terminal'],
    ['houston rollback production', 'take it back'],
  )}${EXIT_CODES}`,
  plan: examples(
    ['houston plan prod', 'the commit checked out here'],
    ['houston plan prod v1.4.2', 'a release by its name'],
    ['houston plan prod --json', 'every host in order, for programs'],
  ),
  runner: examples(
    ['DATABASE_URL=postgres://… houston runner --name eu', 'any number of one name share its work'],
    ['houston runner --name eu --settings /etc/houston/eu.yml', 'with keys of its own'],
  ),
  serve: examples(
    ['houston serve', 'with the embedded store of this project; its pages: http://127.0.0.1:8080'],
    ['houston serve --listen 0.0.0.0:8080', 'asked from elsewhere too'],
    ['DATABASE_URL=postgres://… houston serve', 'any number of them share the work'],
  ),
  deploy: `${examples(
    ['houston deploy prod', 'the commit checked out here; asks first'],
    ['houston deploy prod v1.4.2 --yes', 'without a question, for scripts'],
    ['houston deploy prod --all', 'also hosts that run it already'],
    ['houston deploy prod --yes --json', 'events as lines, the last one a summary'],
  )}
Ctrl-C halts the rollout and waits for hosts already begun; a second Ctrl-C leaves at once.
${EXIT_CODES}`,
  rollback: `${examples(
    ['houston rollback prod', 'to the last release that was good there'],
    ['houston rollback prod v1.4.1', 'to this one'],
  )}
It works from any terminal of this machine while a deploy runs, and needs no configuration file.
`,
  halt: examples(['houston halt prod', 'from any terminal of this machine']),
  resume: examples(['houston resume prod', 'the failures so far are set aside; budgets count from here']),
  continue: examples(['houston continue prod', 'the next zone']),
  approve: examples(
    ['houston approve prod v1.4.2', 'only if that release is what waits'],
    ['houston approve prod', 'whatever waits there'],
  ),
  retry: examples(['houston retry prod', 'failed hosts get a new attempt']),
  abort: examples(['houston abort prod', 'hosts already done stay as they are']),
  skip: examples(['houston skip prod web03.acme.dev', 'it counts neither as failed nor as out of service any more']),
  lock: `${examples(
    ['houston lock prod --reason "a migration" --for 2h', 'two hours, for you alone'],
    ['houston lock prod', 'when somebody has it: you are next'],
  )}
A rollback, halt, abort or skip is never stopped by a lock.
`,
  unlock: examples(
    ['houston unlock prod', 'your own, or the hold that a rollback left'],
    ['houston unlock prod --steal', 'of somebody who went home; the audit says who did'],
  ),
  status: examples(
    ['houston status', 'every environment, a line each'],
    ['houston status prod', 'zones, failures, what to type next'],
    ['houston status prod --watch', 'until it ends; Ctrl-C detaches'],
  ),
  history: examples(
    ['houston history prod', 'the last 20 rollouts'],
    ['houston history prod --at "2026-11-12 09:00"', 'what each host ran then'],
  ),
  where: examples(['houston where 3f2c1a9', 'by the beginning of a commit'], ['houston where v1.4.2', 'by release']),
  hosts: examples(
    ['houston hosts prod', 'as recorded'],
    ['houston hosts prod --probe', 'as the hosts say; shows drift'],
  ),
  audit: examples(
    ['houston audit', 'every environment, the newest first'],
    ['houston audit prod --limit 5', 'refused ones too'],
  ),
  log: examples(['houston log prod web03.acme.dev', 'control characters are shown, not obeyed']),
  validate: examples(
    ['houston validate', '.github/houston.yml'],
    ['houston validate --file deploy.yml', 'another file'],
  ),
  schema: examples(['houston schema > houston.schema.json', 'for an editor']),
  doctor: examples(['houston doctor', 'everything'], ['houston doctor prod', 'one environment']),
  demo: examples(
    ['houston demo', 'under a minute; it cleans up after itself'],
    ['houston demo --keep', 'says how to go on with the same fleet'],
  ),
  login: examples(
    ['houston login https://houston.acme.dev', 'open the address, type the code, allow it'],
    ['houston login --token', 'paste a token from the page /tokens instead'],
    ['HOUSTON_URL=https://houston.acme.dev houston status', 'then every command asks that server'],
  ),
  logout: examples([
    'houston logout https://houston.acme.dev',
    'the token ends at the server too, whoever else has it',
  ]),
  completion: examples(
    ['source <(houston completion bash)', 'in ~/.bashrc'],
    ['source <(houston completion zsh)', 'in ~/.zshrc'],
    ['houston completion fish | source', 'in ~/.config/fish/config.fish'],
  ),
}
