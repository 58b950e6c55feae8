// Reads what /metrics says, by the text format's own grammar; a line that is none fails the test.

// A value is what Go's ParseFloat takes: any case of NaN.
const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"'
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL},?)*)\\})? ([Nn]a[Nn]|[+-]Inf|[+-]?[0-9.]+(?:e[+-]?[0-9]+)?)$`)

export type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number }

export function readSamples(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !/^# (HELP|TYPE) [a-zA-Z_:]/.test(line))
  return lines.map(readSample)
}

/** The sum of the samples of this name that have at least these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0)
}

function readSample(line: string): Sample {
  const [whole, name = '', labels = ''] = SAMPLE.exec(line) ?? []
  if (whole === undefined) throw new Error(`not a sample: ${line}`)
  const pairs = [...labels.matchAll(new RegExp(LABEL, 'g'))].map(([, label = '', value = '']) => [label, value])
  return { name, labels: Object.fromEntries(pairs), value: Number(line.slice(line.lastIndexOf(' ') + 1)) }
}
