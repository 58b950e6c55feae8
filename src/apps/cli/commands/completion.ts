// houston completion: scripts for three shells, and the words that they ask for while somebody types.

import type { App, Common } from '../app.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { findConfig } from '../project/find-config.ts'

const BASH = `# houston completion bash, to be read by: source <(houston completion bash)
_houston() {
  local IFS=$'\\n'
  COMPREPLY=($(houston __complete "$COMP_CWORD" "\${COMP_WORDS[@]}" 2>/dev/null))
}
complete -o default -F _houston houston
`

const ZSH = `#compdef houston
# houston completion zsh, to be read by: source <(houston completion zsh)
_houston() {
  local -a found
  found=("\${(@f)$(houston __complete $((CURRENT - 1)) "\${words[@]}" 2>/dev/null)}")
  compadd -a found
}
compdef _houston houston
`

const FISH = `# houston completion fish, to be read by: houston completion fish | source
function __houston_complete
  set -l words (commandline -opc) (commandline -ct)
  houston __complete (math (count $words) - 1) $words 2>/dev/null
end
complete -c houston -f -a '(__houston_complete)'
`

export const SHELLS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

export function completion(app: App, shell: string): ExitCode {
  app.screen.out.raw(SHELLS[shell] ?? '')
  return EXIT.ok
}

/** Commands whose first word is an environment, and those whose second one is a host. */
const ABOUT_ENVIRONMENT =
  /^(plan|deploy|rollback|halt|resume|continue|retry|abort|approve|skip|lock|unlock|status|history|hosts|log|audit|doctor)$/
const ABOUT_HOST = /^(skip|log)$/

/** `words` begins with the program's name; `at` is the one being typed. */
export async function complete(
  app: App,
  { at, words, commands }: { at: number; words: readonly string[]; commands: readonly string[] },
): Promise<ExitCode> {
  const typed = words[at] ?? ''
  const candidates = await candidatesFor(app, { at, words, commands })
  const fits = candidates.filter((word) => word.startsWith(typed) && /^[\w.:@%+[\]-]+$/.test(word))
  app.screen.out.print(fits.map((word) => [word]))
  return EXIT.ok
}

async function candidatesFor(
  app: App,
  { at, words, commands }: { at: number; words: readonly string[]; commands: readonly string[] },
): Promise<readonly string[]> {
  const command = words[1] ?? ''
  if (at === 1) return commands
  if (command === 'completion') return Object.keys(SHELLS)
  if (at === 2 && ABOUT_ENVIRONMENT.test(command)) return await environments(app, {})
  if (at === 3 && ABOUT_HOST.test(command)) return await hostsOf(app, words[2] ?? '')
  return []
}

/** From the file alone: a completion must not wait for a database. */
async function environments(app: App, common: Common): Promise<string[]> {
  const found = await findConfig(app.cwd, common.file)
  return found.kind === 'ok' ? found.config.environments.map(({ name }) => name) : []
}

async function hostsOf(app: App, environment: string): Promise<string[]> {
  const found = await findConfig(app.cwd, undefined)
  if (found.kind !== 'ok') return []
  const fits = found.config.environments.filter(({ name }) => name.startsWith(environment))
  const [only] = fits.filter(({ name }) => name === environment).concat(fits)
  return only ? only.fleet.zones.flatMap((zone) => zone.hosts.map((host) => host.name)) : []
}
