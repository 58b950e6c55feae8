// The words of the terminal: every command with its options, its help and its examples. What a command does is loaded only
// when it is typed.

import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { LONGEST_MS, readDuration } from '../../core/duration.ts'
import type { Ask } from '../../core/intent.ts'
import { VERSION } from '../version.ts'
import type { App } from './app.ts'
import type { ExitCode } from './exit-code.ts'
import { describe, EXAMPLES, INTRODUCTION } from './words/help.ts'

/** `done` gets the exit code of the command that was typed. */
export function makeProgram(app: App, done: (code: ExitCode) => void): Command {
  const program = new Command('houston')
    .description(INTRODUCTION)
    .version(VERSION, '--version', 'say which Houston this is')
    .enablePositionalOptions()
    .showHelpAfterError('next: houston --help')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', EXAMPLES.houston ?? '')
  const run =
    <A extends unknown[]>(action: (...words: A) => Promise<ExitCode> | ExitCode) =>
    async (...words: A) =>
      done(await action(...words))
  addDeploy(program, app, run)
  addAsks(program, app, run)
  addLocks(program, app, run)
  addLooks(program, app, run)
  addFiles(program, app, run)
  return program
}

type Run = <A extends unknown[]>(
  action: (...words: A) => Promise<ExitCode> | ExitCode,
) => (...words: A) => Promise<void>

function command(program: Command, name: string): Command {
  const made = program.command(name).description(describe(name)).showHelpAfterError(`next: houston ${name} --help`)
  const examples = EXAMPLES[name]
  return examples === undefined ? made : made.addHelpText('after', examples)
}

function withStore(made: Command): Command {
  return withPlaces(withFile(made))
}

function withPlaces(made: Command): Command {
  return made
    .option('--data <directory>', 'data directory (default: HOUSTON_DATA, the settings, data/ of the project)')
    .option('--settings <file>', "the operator's settings (default: houston.server.yml of the project, /etc/houston/…)")
}

function withFile(made: Command): Command {
  return made
    .option('--file <path>', 'configuration file (default: .github/houston.yml here or above)')
    .option('--application <name>', 'which application, when several have such an environment')
    .option('--json', 'one JSON object on stdout (a line each while something is followed)')
}

const environment = () => new Argument('[environment]', 'its name, or a beginning that fits only one')

function withPlanOptions(made: Command): Command {
  return made
    .option('--reason <text>', 'why; kept with the rollout')
    .option('--all', 'also run hosts that run the release already')
    .option('--backwards', 'also a release that does not contain what runs there (asked of a server)')
    .option('--sha256 <hash>', 'of the download, when its url differs from release to release')
}

function addDeploy(program: Command, app: App, run: Run): void {
  const ref = () =>
    new Argument('[ref]', 'the release: a tag, a commit, a label (default: the commit checked out here)')
  withPlanOptions(withStore(command(program, 'plan')))
    .addArgument(environment())
    .addArgument(ref())
    .action(
      run(async (given, release, options) =>
        (await import('./commands/plan.ts')).plan(app, { environment: given, ref: release, options }),
      ),
    )
  withPlanOptions(withStore(command(program, 'deploy')))
    .addArgument(environment())
    .addArgument(ref())
    .option('--yes', 'do not ask')
    .option('--no-input', 'never ask: without --yes, refuse')
    .addOption(new Option('--plan', 'only show the plan').conflicts('yes'))
    .addOption(new Option('--dry-run', 'the same as --plan').conflicts('yes'))
    .action(
      run(async (given, release, options) =>
        (await import('./commands/deploy.ts')).deploy(app, { environment: given, ref: release, options }),
      ),
    )
  withStore(command(program, 'rollback'))
    .addArgument(environment())
    .argument('[release]', 'the release to go back to (default: the last one that was good on the hosts touched)')
    .option('--reason <text>', 'why; kept with the rollout')
    .option('--yes', 'accepted and not needed: a rollback never asks')
    .action(
      run(async (given, to, options) =>
        (await import('./commands/rollback.ts')).rollback(app, { environment: given, to, options }),
      ),
    )
}

function addAsks(program: Command, app: App, run: Run): void {
  const asks: readonly Exclude<Ask['kind'], 'skip' | 'approve'>[] = ['halt', 'resume', 'continue', 'retry', 'abort']
  for (const kind of asks)
    withStore(command(program, kind))
      .addArgument(environment())
      .action(
        run(async (given, options) =>
          (await import('./commands/ask.ts')).ask(app, { environment: given, ask: { kind }, options }),
        ),
      )
  withStore(command(program, 'approve'))
    .addArgument(environment())
    .argument('[release]', 'the one that you looked at; another one is not approved')
    .action(
      run(async (given, release, options) => {
        const ask: Ask = { kind: 'approve', ...(release !== undefined && { release }) }
        return (await import('./commands/ask.ts')).ask(app, { environment: given, ask, options })
      }),
    )
  withStore(command(program, 'skip'))
    .argument('<environment>', 'its name, or a beginning that fits only one')
    .argument('<host>', 'in full, as the plan names it')
    .action(
      run(async (given, hostName, options) =>
        (await import('./commands/ask.ts')).ask(app, { environment: given, ask: { kind: 'skip', hostName }, options }),
      ),
    )
}

function addLocks(program: Command, app: App, run: Run): void {
  withStore(command(program, 'lock'))
    .addArgument(environment())
    .option('--reason <text>', 'why; whoever is stopped reads it')
    .addOption(new Option('--for <duration>', 'opens by itself after: 2h, 90m').argParser(duration))
    .action(
      run(async (given, options) => (await import('./commands/lock.ts')).lock(app, { environment: given, options })),
    )
  withStore(command(program, 'unlock'))
    .addArgument(environment())
    .option('--steal', 'also when somebody else holds it')
    .action(
      run(async (given, options) => (await import('./commands/lock.ts')).unlock(app, { environment: given, options })),
    )
  withStore(command(program, 'audit'))
    .addArgument(environment())
    .addOption(new Option('--limit <number>', 'entries at most').default(50).argParser(positive))
    .action(
      run(async (given, options) => (await import('./commands/audit.ts')).audit(app, { environment: given, options })),
    )
}

function addLooks(program: Command, app: App, run: Run): void {
  withStore(command(program, 'status'))
    .addArgument(environment())
    .option('--watch', 'follow it until it ends')
    .action(
      run(async (given, options) =>
        (await import('./commands/status.ts')).status(app, { environment: given, options }),
      ),
    )
  withStore(command(program, 'history'))
    .addArgument(environment())
    .option('--at <moment>', 'what each host ran then: "2026-11-12 09:00"')
    .addOption(new Option('--limit <number>', 'rollouts at most').default(20).argParser(positive))
    .action(
      run(async (given, options) => (await import('./commands/look.ts')).history(app, { environment: given, options })),
    )
  withStore(command(program, 'where'))
    .argument('<release>', 'a release or a commit, or its first 4 characters or more')
    .action(run(async (release, options) => (await import('./commands/look.ts')).where(app, { release, options })))
  withStore(command(program, 'hosts'))
    .addArgument(environment())
    .option('--probe', 'ask every host itself, over SSH')
    .action(
      run(async (given, options) => (await import('./commands/look.ts')).hosts(app, { environment: given, options })),
    )
  withStore(command(program, 'log'))
    .argument('<environment>', 'its name, or a beginning that fits only one')
    .argument('<host>', 'in full, as the plan names it')
    .action(
      run(async (given, host, options) =>
        (await import('./commands/look.ts')).log(app, { environment: given, host, options }),
      ),
    )
}

function addFiles(program: Command, app: App, run: Run): void {
  withFile(command(program, 'validate')).action(
    run(async (options) => (await import('./commands/validate.ts')).validate(app, options)),
  )
  command(program, 'schema').action(run(async () => (await import('./commands/validate.ts')).schema(app)))
  withStore(command(program, 'doctor'))
    .addArgument(environment())
    .action(
      run(async (given, options) =>
        (await import('./commands/doctor.ts')).doctor(app, { environment: given, options }),
      ),
    )
  withPlaces(command(program, 'serve'))
    .option(
      '--listen <address:port>',
      'for its pages, API and /healthz (default: HOUSTON_LISTEN, the settings, 127.0.0.1:8080)',
    )
    .action(run(async (options) => (await import('./commands/serve.ts')).serve(app, options)))
  withPlaces(command(program, 'runner'))
    .requiredOption('--name <name>', 'the name that zones of houston.yml give as their runner')
    .option('--listen <address:port>', 'for /healthz, /readyz and /metrics (default: it listens nowhere)')
    .action(run(async (options) => (await import('./commands/runner.ts')).runner(app, options)))
  command(program, 'demo')
    .option('--keep', 'leave the fleet up, to play with')
    .option('--json', 'one JSON object a line, the last one a summary')
    .action(run(async (options) => (await import('./commands/demo.ts')).demo(app, options)))
  const server = () => new Argument('[url]', 'of the server (default: HOUSTON_URL)')
  command(program, 'login')
    .addArgument(server())
    .option('--token', 'paste a token that was made on its page')
    .option('--scope <scope>', 'less than everything: look, act:storefront, act:storefront/production')
    .action(run(async (url, options) => (await import('./commands/login.ts')).login(app, url, options)))
  command(program, 'logout')
    .addArgument(server())
    .action(run(async (url) => (await import('./commands/login.ts')).logout(app, url)))
  command(program, 'completion')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(run(async (shell) => (await import('./commands/completion.ts')).completion(app, shell)))
  program
    .command('__complete', { hidden: true })
    .argument('<at>')
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action(
      run(async (at, words) => {
        const commands = program.commands.map((each) => each.name()).filter((name) => !name.startsWith('_'))
        return (await import('./commands/completion.ts')).complete(app, { at: Number(at), words, commands })
      }),
    )
}

function duration(text: string): number {
  const ms = readDuration(text)
  if (ms === undefined || ms < 1 || ms > LONGEST_MS)
    throw new InvalidArgumentError('a duration like 2h or 90m, 30 days at most')
  return ms
}

function positive(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw new InvalidArgumentError('a number from 1 to 10000')
  return number
}
