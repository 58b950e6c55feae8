// What every rival is given: the same hosts, the same key, the same three steps, each rival in a directory of its own.

export type BenchHost = { name: string; address: string; port: number; user: string }

export type Job = {
  hosts: readonly BenchHost[]
  /** Hosts worked on at the same time. */
  parallel: number
  /** Names the directory of the release; another one for every run. */
  release: string
  /** Below each host's own directory. */
  folder: string
  identityFile: string
  knownHostsFile: string
  /** Of the host key that all hosts have: `ssh-ed25519 AAAA…`. */
  hostKeyLine: string
  /** Where the fleet lives; hosts keep their files in `<root>/<name>/<folder>`. */
  root: string
  /** For files of one run; removed after it. */
  scratch: string
}

/** Make the release's directory with a file in it; switch `current` atomically; a start command. */
export function threeSteps({ release, folder }: Job): string[] {
  // Set by the hosts themselves, and free of anything that would need quotes.
  const directory = `$HOUSTON_FLEET_ROOT/$HOUSTON_FLEET_HOST/${folder}`
  return [
    `mkdir -p ${directory}/releases/${release} && echo ${release} >${directory}/releases/${release}/release.txt`,
    `ln -sfn releases/${release} ${directory}/.current && mv -fT ${directory}/.current ${directory}/current`,
    `echo ${release} >${directory}/started`,
  ]
}
