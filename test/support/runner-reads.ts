// What GitHub's runner understands of what a step writes: commands in its log, outputs in its file. As the runner's own sources
// read them, so that a test of ours cannot be gentler than it.

export type Heard = { name: string; properties: string; data: string }

const NAME = /^[A-Za-z][A-Za-z-]*$/

/** The commands that the runner obeys, in their order. */
export function hearCommands(log: string): Heard[] {
  const heard: Heard[] = []
  let stopped: string | undefined
  for (const line of log.split(/\r\n|\n|\r/)) {
    const command = parse(line)
    if (!command) continue
    if (stopped !== undefined) {
      if (command.name === stopped) stopped = undefined
      continue
    }
    if (command.name === 'stop-commands') stopped = command.data
    else if (NAME.test(command.name)) heard.push(command)
  }
  return heard
}

/** `::name properties::data` after blanks, or `##[name properties]data` anywhere. */
function parse(line: string): Heard | undefined {
  const newer = /^\s*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line)
  if (newer) return { name: newer[1] ?? '', properties: newer[2] ?? '', data: newer[3] ?? '' }
  const older = /##\[([^\]\s]+)([^\]]*)\](.*)$/s.exec(line)
  return older ? { name: older[1] ?? '', properties: older[2] ?? '', data: older[3] ?? '' } : undefined
}

/** The file of outputs: `name=value`, or `name<<end`, lines, `end`. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const [, name, end] = /^([^=<]+)<<(.+)$/.exec(lines[at] ?? '') ?? []
    if (name === undefined || end === undefined) continue
    const value: string[] = []
    for (at++; at < lines.length && lines[at] !== end; at++) value.push(lines[at] ?? '')
    outputs[name] = value.join('\n')
  }
  return outputs
}
